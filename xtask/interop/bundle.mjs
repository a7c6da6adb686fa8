// A bundle's reader and writer in another language, from docs/bundle.md and with another HPKE (@hpke/core, X-Wing and
// ChaCha20-Poly1305). It reads what our crate wrote, and `node bundle.mjs --write` made the vector that our crate reads.
// The scripts are run from a copy, so the vectors are found from DETENTE_SCRIPTS, the folder in the repository.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CipherSuite, HkdfSha256 } from '@hpke/core';
import { Chacha20Poly1305 } from '@hpke/chacha20poly1305';
import { XWing } from '@hpke/hybridkem-x-wing';
import { check, equal, finish } from './_party.mjs';

const VECTORS = join(process.env.DETENTE_SCRIPTS, '../../crates/bundle/tests/vectors');
const text = (octets) => Buffer.from(octets).toString('utf8');
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const ascii = (string) => Buffer.from(string, 'latin1');

const INFO = ascii('detente/bundle/v1\0');
const COMMITMENT = ascii('detente/bundle-commitment/v1\0');
const HEADER = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
const BLOCK = 128 * 1024;

const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Chacha20Poly1305() });

// The recipient of the vectors: its seed is the octets from 1 to 32.
const seed = Buffer.from(Array.from({ length: 32 }, (_, at) => at + 1));
const privateKey = await suite.kem.importKey('raw', new Uint8Array(seed), false);
const publicOctets = Buffer.from(readFileSync(join(VECTORS, 'public-key'), 'utf8').trim(), 'base64url');
const keyId = sha256(ascii('detente/kid/v1\0MLKEM768-X25519\0'), publicOctets);

const COVER = {
  created: '2026-09-21T14:13:20.000000Z',
  recipient: Buffer.alloc(32, 1).toString('base64url'),
  sender: Buffer.alloc(32, 2).toString('base64url'),
  sequence: 7,
};
const FEED = 'feed/feed-00112233445566778899aabbccddeeff';
const FILES = [
  ['log/checkpoint', ascii('example.org/log\n3\nroot\n\nsignature\n')],
  ['log/tile/0/000.p/3', Buffer.alloc(96, 7)],
  [`${FEED}/tile/entries/000.p/2`, ascii('\0\x02{}\0\x02{}')],
  [`${FEED}/body/${'ab'.repeat(32)}`, Buffer.alloc(512, ' ')],
  ['empty', Buffer.alloc(0)],
];

function tarHead(name, bytes) {
  const head = Buffer.alloc(512);
  const zeros = '0000000\0';
  const fields = [[0, name], [100, '0000644\0'], [108, zeros], [116, zeros], [136, '00000000000\0'], [148, ' '.repeat(8)]];
  fields.push([124, `${bytes.toString(8).padStart(11, '0')}\0`], [156, '0'], [257, 'ustar\x0000'], [329, zeros], [337, zeros]);
  for (const [at, value] of fields) head.write(value, at, 'latin1');
  const sum = head.reduce((total, octet) => total + octet, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return head;
}

const filling = (bytes, step) => Buffer.alloc((step - (bytes % step)) % step);

function pack(members) {
  const parts = members.flatMap(([name, octets]) => [tarHead(name, octets.length), octets, filling(octets.length, 512)]);
  const archive = Buffer.concat([...parts, Buffer.alloc(1024)]);
  const blocks = [HEADER];
  for (let at = 0; at < archive.length; at += BLOCK) {
    const block = archive.subarray(at, at + BLOCK);
    const header = Buffer.alloc(4);
    header.writeUInt32LE((block.length << 3) | (at + BLOCK >= archive.length ? 1 : 0));
    blocks.push(header.subarray(0, 3), block);
  }
  return Buffer.concat(blocks);
}

function unpack(frame) {
  equal(frame.subarray(0, 6).toString('hex'), HEADER.toString('hex'), 'frame header');
  const blocks = [];
  for (let at = 6, last = 0; !last; ) {
    const header = frame.readUIntLE(at, 3);
    equal(header & 6, 0, 'block type');
    last = header & 1;
    blocks.push(frame.subarray(at + 3, at + 3 + (header >> 3)));
    at += 3 + (header >> 3);
    if (last) equal(at, frame.length, 'end of the frame');
  }
  const archive = Buffer.concat(blocks);
  const members = [];
  let at = 0;
  while (archive[at] !== 0) {
    const name = text(archive.subarray(at, at + 100)).replace(/\0.*/s, '');
    const bytes = Number.parseInt(text(archive.subarray(at + 124, at + 135)), 8);
    equal(archive.subarray(at, at + 512).toString('hex'), tarHead(name, bytes).toString('hex'), `head of ${name}`);
    members.push([name, archive.subarray(at + 512, at + 512 + bytes)]);
    at += 512 + bytes + filling(bytes, 512).length;
  }
  equal(archive.length - at, 1024, 'end of the archive');
  return members;
}

function place(kind, number) {
  const octets = Buffer.alloc(5);
  octets.writeUInt8(kind);
  octets.writeUInt32BE(number, 1);
  return octets;
}

function plaintext(json, contents, step) {
  const index = Buffer.from(JSON.stringify(json));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(index.length);
  const whole = Buffer.concat([length, index, ...contents]);
  return Buffer.concat([whole, filling(whole.length, step)]);
}

async function exported(context) {
  return Buffer.from(await context.export(COMMITMENT, 32));
}

async function write() {
  const recipientPublicKey = await suite.kem.importKey('raw', new Uint8Array(publicOctets), true);
  const context = await suite.createSenderContext({ recipientPublicKey, info: Buffer.concat([INFO, keyId]) });
  const manifest = Buffer.from(
    JSON.stringify({
      encapsulated_key: Buffer.from(context.enc).toString('base64url'),
      format: 'detente/bundle/v1',
      recipient_key: keyId.toString('base64url'),
      suite: 'MLKEM768-X25519',
    }),
  );
  const secret = await exported(context);
  const seal = async (where, plain) => {
    const commitment = sha256(COMMITMENT, secret, where, plain);
    const sealed = await context.seal(plain, Buffer.concat([INFO, sha256(manifest), where, commitment]));
    return Buffer.concat([commitment, Buffer.from(sealed)]);
  };
  const index = { files: FILES.map(([path, octets]) => ({ bytes: octets.length, path })) };
  const bytes = FILES.reduce((sum, [, octets]) => sum + octets.length, 0);
  const end = { file_bytes: bytes, files: FILES.length, packages: 1 };
  const contents = FILES.map(([, octets]) => octets);
  return pack([
    ['detente-bundle', manifest],
    ['cover', await seal(place(0, 0), plaintext(COVER, [], 1024))],
    ['package-00000001', await seal(place(1, 1), plaintext(index, contents, 64 * 1024))],
    ['end-00000002', await seal(place(2, 2), plaintext(end, [], 1024))],
  ]);
}

async function read(frame) {
  const [[first, manifestOctets], ...members] = unpack(frame);
  equal(first, 'detente-bundle', 'first member');
  const manifest = JSON.parse(text(manifestOctets));
  equal(manifest.recipient_key, keyId.toString('base64url'), 'recipient_key');
  const enc = Buffer.from(manifest.encapsulated_key, 'base64url');
  const info = Buffer.concat([INFO, keyId]);
  const context = await suite.createRecipientContext({ recipientKey: privateKey, enc, info });
  const secret = await exported(context);
  const files = [];
  const said = [];
  for (const [number, [name, member]] of members.entries()) {
    const kind = name === 'cover' ? 0 : name.startsWith('package-') ? 1 : 2;
    const where = place(kind, number);
    const commitment = member.subarray(0, 32);
    const aad = Buffer.concat([INFO, sha256(manifestOctets), where, commitment]);
    const plain = Buffer.from(await context.open(member.subarray(32), aad));
    equal(sha256(COMMITMENT, secret, where, plain).toString('hex'), commitment.toString('hex'), 'commitment');
    const length = plain.readUInt32BE();
    const json = JSON.parse(text(plain.subarray(4, 4 + length)));
    let at = 4 + length;
    for (const { path, bytes } of json.files?.map ? json.files : []) {
      files.push([path, plain.subarray(at, at + bytes)]);
      at += bytes;
    }
    equal(plain.subarray(at).every((octet) => octet === 0), true, 'filling');
    if (kind !== 1) said.push(json);
  }
  return { files, said };
}

const shown = (files) => files.map(([path, octets]) => [path, Buffer.from(octets).toString('hex')]);

if (process.argv.includes('--write')) {
  writeFileSync(join(VECTORS, 'independent.tar.zst'), await write());
} else {
  for (const name of ['ours.tar.zst', 'independent.tar.zst']) {
    const { files, said } = await read(readFileSync(join(VECTORS, name)));
    await check(`bundle ${name}`, () => {
      equal(shown(files), shown(FILES), 'files');
      equal(said, [COVER, { file_bytes: 650, files: 5, packages: 1 }], 'cover and end');
    });
  }
  const fresh = await read(await write());
  await check('bundle written and read', () => equal(shown(fresh.files), shown(FILES), 'files'));
  finish();
}
