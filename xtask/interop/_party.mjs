// What the Node checks share: our binary, a party, the library set up to write records, and the list of checks.

import { spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SDJwtGeneralJSONInstance, SDJwtInstance } from '@sd-jwt/core';

const WORK = process.env.DETENTE_WORK;

export const TYP = 'detente-record+sd-jwt';
export const INCIDENT_EXTENSION = 'extension-definition--e23affed-2d24-48e5-a8b5-9fa59a0701cd';
export const FOREIGN_EXTENSION = 'extension-definition--71736db5-10e7-4d9e-8d1c-0f4c6bb9d001';
const STEPS = [8, 16, 32, 64, 128, 256];
const BY_ELEMENT = ['external_references', 'object_refs', 'countries', 'harm_types', 'affected_parties', 'members'];

// What a round trip loses first: letters beyond ASCII and beyond the first plane, fractions, properties that no table
// knows.
export const INCIDENT = {
  type: 'incident',
  spec_version: '2.1',
  id: 'incident--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f12',
  created: '2026-07-01T03:10:00.000Z',
  modified: '2026-07-01T03:10:00.000Z',
  lang: 'en',
  confidence: 80,
  name: 'A delivery robot blocked the way of an ambulance',
  description: 'It stood across the gate, "as if asleep"; 救护车等了四分钟 \u{1f691}.\n',
  labels: ['robot', 'street'],
  external_references: [
    { source_name: 'first paper', url: 'https://example.org/1' },
    { source_name: 'second paper', url: 'https://example.org/2' },
    { source_name: 'third paper', url: 'https://example.org/3' },
  ],
  x_weather: { rain: 0.25, sky: ['low', 'grey'], warnings: false },
  extensions: {
    [INCIDENT_EXTENSION]: {
      extension_type: 'property-extension',
      occurred: '2026-06-30T21:04:00Z',
      place: { country: 'NL', locality: 'Utrecht', latitude: 52.0907 },
      countries: ['NL', 'BE', 'DE'],
      harm_types: ['health', 'rights'],
      people_affected: 3,
      model: 'way-finder 7, build 2026.3',
      severity: 'serious incident',
    },
    [FOREIGN_EXTENSION]: { extension_type: 'property-extension', scale: 4, notes: { by: 'another office' } },
  },
};
export const TWINS = { occurred_year: '2026', place_country: 'NL', people_affected_band: '1-9' };

const failed = [];

// One check: a line on standard output, and an exit that agrees with it.
export async function check(name, action) {
  try {
    await action();
    console.log(`ok ${name}`);
  } catch (error) {
    failed.push(name);
    console.log(`FAILED ${name} ${String(error).replaceAll(/\s+/g, ' ')}`);
  }
}

export function note(text) {
  console.log(`note ${text}`);
}

export function finish() {
  process.exitCode = failed.length > 0 ? 1 : 0;
}

export function equal(found, expected, what) {
  if (!isDeepStrictEqual(found, expected)) {
    throw new Error(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  }
}

// That the foreign library refuses, and for the reason meant: any other failure would prove nothing.
export async function fails(action, words) {
  let said = null;
  try {
    await action();
  } catch (error) {
    said = String(error);
  }
  if (said === null) throw new Error('accepted by the library');
  if (!said.includes(words)) throw new Error(`refused for another reason: ${said}`);
}

// How our binary answered.
class Answer {
  constructor(ended) {
    this.exit = ended.status;
    this.facts = ended.stdout.trim() === '' ? {} : JSON.parse(ended.stdout);
    this.error = ended.stderr.trim() === '' ? '' : JSON.parse(ended.stderr).error.message;
  }

  done() {
    equal(this.exit, 0, `exit, with the message \`${this.error}\``);
    return this.facts;
  }

  refused(exit, words) {
    equal(this.exit, exit, `exit, with the message \`${this.error}\``);
    if (!this.error.includes(words)) throw new Error(`\`${words}\` is not in the message \`${this.error}\``);
  }
}

export function detente(words, input = '') {
  const options = { input, encoding: 'utf8', maxBuffer: 1 << 26 };
  return new Answer(spawnSync(process.env.DETENTE_BINARY, [...words, '--json'], options));
}

export const encode = (octets) => Buffer.from(octets).toString('base64url');
export const decode = (text) => Buffer.from(text, 'base64url');
export const hasher = (data, name) => new Uint8Array(createHash(name.replace('-', '')).update(data).digest());

export function digest(domain, ...parts) {
  const octets = Buffer.concat([Buffer.from(`${domain}\0`), ...parts.map((part) => Buffer.from(part))]);
  return encode(hasher(octets, 'sha-256'));
}

// A party that our binary began, and its record key as foreign software holds it.
export class Party {
  constructor(name) {
    this.home = join(WORK, name);
    const begun = detente(['init', '--dir', this.home, '--name', `en=${name}`]).done();
    this.id = begun.party;
    this.identity = begun.identity;
    this.profilePath = join(this.home, 'profile.json');
    const octets = decode(JSON.parse(readFileSync(this.profilePath, 'utf8')).key_records[0].payload);
    this.keyRecord = digest('detente/key/v1', octets);
    this.public = JSON.parse(octets).keys;
    this.seeds = JSON.parse(readFileSync(join(this.home, 'keys.json'), 'utf8')).keys;
    this.kid = this.keyId('record');
    this.signer = this.signerOf('record');
    const publicKey = createPublicKey({ key: this.jwk('record'), format: 'jwk' });
    this.verifier = (data, signature) => verify(null, Buffer.from(data), publicKey, decode(signature));
  }

  jwk(purpose) {
    const row = this.public.find((one) => one.purpose === purpose && one.suite === 'Ed25519');
    return { kty: 'OKP', crv: 'Ed25519', x: row.public_key };
  }

  keyId(purpose) {
    return digest('detente/kid/v1', 'Ed25519\0', decode(this.jwk(purpose).x));
  }

  signerOf(purpose) {
    const { seed } = this.seeds.find((one) => one.purpose === purpose && one.suite === 'Ed25519');
    const key = createPrivateKey({ key: { ...this.jwk(purpose), d: seed }, format: 'jwk' });
    return (data) => encode(sign(null, Buffer.from(data), key));
  }

  sign(object, members = [], form = 'compact') {
    const files = members.map((member) => {
      const path = join(WORK, `${member.id}.json`);
      writeFileSync(path, JSON.stringify(member));
      return ['--member', path];
    });
    const words = ['record', 'sign', '-', '--dir', this.home, '--format', form, ...files.flat()];
    return detente(words, JSON.stringify(object)).done();
  }

  present(token, choice, form = 'compact') {
    const words = ['record', 'present', '-', '--dir', this.home, '--format', form, ...(choice.length ? choice : ['--all'])];
    return detente(words, asText(token)).done().record;
  }

  verify(token) {
    return detente(['record', 'verify', '-', '--keys', this.profilePath], asText(token));
  }

  show(token) {
    return detente(['record', 'show', '-', '--keys', this.profilePath], asText(token)).done();
  }

  // The incident as a record of this party shows it.
  incident() {
    return { ...structuredClone(INCIDENT), created_by_ref: this.identity };
  }

  // The library as this party's issuer, and as whoever reads its records. It would put `typ` first, so it is given the
  // whole header.
  library(changes = {}) {
    return new SDJwtInstance({ ...this.settings(), signAlg: 'Ed25519', omitTyp: true, ...changes });
  }

  generalLibrary() {
    return new SDJwtGeneralJSONInstance(this.settings());
  }

  settings() {
    const saltGenerator = (length) => encode(randomBytes(length));
    return { hasher, hashAlg: 'sha-256', saltGenerator, signer: this.signer, verifier: this.verifier };
  }

  header(changes = {}) {
    return { alg: 'Ed25519', kid: this.kid, typ: TYP, ...changes };
  }

  issue(claims, frame, { header = {}, settings = {} } = {}) {
    const signAlg = header.alg ?? 'Ed25519';
    return this.library({ signAlg, ...settings }).issue(claims, frame, { header: this.header(header) });
  }

  // The signer adds the header itself, because `issue` would write it in another order.
  async issueGeneral(claims, frame) {
    const general = await this.generalLibrary().issue(claims, frame, { sigs: [] });
    await general.addSignature(this.header(), this.signer, this.kid);
    return general;
  }
}

const asText = (token) => (typeof token === 'string' ? token : JSON.stringify(token));

// How many digests are missing to the next step.
export function missing(count) {
  return STEPS.find((step) => count <= step) - count;
}

// The frame that makes every property of an object disclosable, and every element of some of its lists.
export function frameOf(object) {
  const frame = { _sd: Object.keys(object), _sd_decoy: missing(Object.keys(object).length) };
  for (const [name, value] of Object.entries(object)) {
    if (name === 'extensions') {
      frame[name] = mapValues(value, (inside) => frameOf(inside));
    } else if (BY_ELEMENT.includes(name)) {
      frame[name] = { _sd: [...value.keys()], _sd_decoy: missing(value.length) };
    }
  }
  return frame;
}

// The frame with which a holder presents every property, and every element in whatever slot.
export function everything(object) {
  const all = Object.fromEntries([...Array(STEPS[0]).keys()].map((slot) => [slot, true]));
  const frame = (name, value) => (name === 'extensions' ? mapValues(value, (inside) => everything(inside)) : true);
  return mapValues(object, (value, name) => (BY_ELEMENT.includes(name) ? all : frame(name, value)));
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));
}

export function claimsOf(party, object, aside) {
  return { iss: party.id, key_record: party.keyRecord, object, aside };
}

export function recordFrame(claims) {
  return { object: frameOf(claims.object), aside: frameOf(claims.aside) };
}

export const jwsOf = (token) => token.split('~')[0];
export const disclosuresOf = (token) => token.split('~').slice(1, -1);
export const withDisclosures = (token, disclosures) => [jwsOf(token), ...disclosures, ''].join('~');
export const disclosure = (...parts) => encode(JSON.stringify([encode(randomBytes(16)), ...parts]));

// The disclosure of the property with this name.
export function named(token, name) {
  const found = disclosuresOf(token).filter((text) => {
    const parts = JSON.parse(decode(text));
    return parts.length === 3 && parts[1] === name;
  });
  equal(found.length, 1, `disclosures named ${name}`);
  return found[0];
}

// The general form (RFC 7515 section 7.2.1) of a flattened record.
export function generalOf({ payload, header, protected: protectedHeader, signature }) {
  return { payload, signatures: [{ header, protected: protectedHeader, signature }] };
}

// A copy without the properties or elements at these places, each a list of names and indexes.
export function without(object, ...places) {
  const left = structuredClone(object);
  for (const place of places) {
    const last = place.at(-1);
    const inner = place.slice(0, -1).reduce((value, step) => value[step], left);
    if (Array.isArray(inner)) inner.splice(last, 1);
    else delete inner[last];
  }
  return left;
}

export async function medianMicros(action, rounds) {
  for (let round = 0; round < rounds / 2; round += 1) await action();
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = process.hrtime.bigint();
    await action();
    times.push(Number(process.hrtime.bigint() - start) / 1000);
  }
  return times.sort((one, other) => one - other)[rounds >> 1];
}
