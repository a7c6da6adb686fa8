// What the Node package @sd-jwt/core signs with a party's record key, read by our binary: accepted when it is a record,
// refused by name when it is not. Where the library accepts what we refuse, a check says so.

import { FlattenJSON, GeneralJSON, SDJwtGeneralJSONInstance } from '@sd-jwt/core';
import { randomBytes } from 'node:crypto';
import {
  check,
  claimsOf,
  decode,
  digest,
  disclosure,
  disclosuresOf,
  encode,
  equal,
  everything,
  fails,
  finish,
  FOREIGN_EXTENSION,
  frameOf,
  INCIDENT_EXTENSION,
  jwsOf,
  medianMicros,
  missing,
  named,
  note,
  Party,
  recordFrame,
  TWINS,
  TYP,
  withDisclosures,
  without,
} from './_party.mjs';

const party = new Party('harbour-office');
const incident = party.incident();
const aside = { version: 1, ...TWINS };
const claims = claimsOf(party, incident, aside);
const frame = recordFrame(claims);
const full = await party.issue(claims, frame);
const general = await party.issueGeneral(claims, frame);
const library = party.library();
const generalLibrary = party.generalLibrary();

// That we accept the record, and show this and nothing else.
function shown(record, expectedObject, expectedAside) {
  party.verify(record).done();
  const facts = party.show(record);
  equal(facts.verdict, 'signed, unlogged', 'verdict');
  equal(facts.object, expectedObject, 'object');
  equal(facts.aside, expectedAside, 'aside');
}

async function seenByLibrary(token) {
  const { payload } = await library.verify(token);
  return [payload.object, payload.aside];
}

await check('record-by-node-is-shown-whole-in-compact-form', async () => {
  shown(full, incident, aside);
  equal(await seenByLibrary(full), [incident, aside], 'what the library sees');
});

await check('record-by-node-is-shown-whole-in-flattened-form', () => {
  shown(FlattenJSON.fromEncode(full).toJson(), incident, aside);
});

await check('record-by-node-is-shown-whole-in-general-form', async () => {
  shown(general.toJson(), incident, aside);
  const { payload } = await generalLibrary.verify(general);
  equal([payload.object, payload.aside], [incident, aside], 'what the library sees');
});

await check('record-by-node-has-the-digest-of-its-payload', () => {
  const expected = digest('detente/record/v1', decode(general.payload));
  equal(party.verify(general.toJson()).done().record_digest, expected, 'record digest');
});

const chosen = {
  object: {
    description: true,
    external_references: { 1: true },
    extensions: { [INCIDENT_EXTENSION]: { severity: true, countries: { 1: true, 2: true } } },
  },
  aside: { version: true },
};
const chosenObject = {
  description: incident.description,
  external_references: [incident.external_references[1]],
  extensions: {
    [INCIDENT_EXTENSION]: { severity: 'serious incident', countries: ['BE', 'DE'] },
    [FOREIGN_EXTENSION]: {},
  },
};

await check('record-by-node-is-shown-in-part-in-compact-form', async () => {
  const token = await library.present(full, chosen);
  shown(token, chosenObject, { version: 1 });
  equal(await seenByLibrary(token), [chosenObject, { version: 1 }], 'what the library sees');
});

await check('record-by-node-is-shown-in-part-in-general-form', async () => {
  shown((await generalLibrary.present(general, chosen)).toJson(), chosenObject, { version: 1 });
});

await check('record-by-node-is-sealed-and-revealed-in-compact-form', async () => {
  const sealed = await library.present(full, {});
  equal(sealed, `${jwsOf(full)}~`, 'a sealed record');
  shown(sealed, {}, {});
  shown(withDisclosures(sealed, disclosuresOf(full)), incident, aside);
});

await check('record-by-node-is-sealed-and-revealed-in-general-form', async () => {
  const sealed = await generalLibrary.present(general, {});
  shown(sealed.toJson(), {}, {});
  const all = { object: everything(incident), aside: everything(aside) };
  const revealed = await generalLibrary.present(general, all);
  equal(revealed.signatures, sealed.signatures, 'signatures');
  shown(revealed.toJson(), incident, aside);
});

await check('we-present-a-record-by-node', async () => {
  const places = party.show(full).places.filter((place) => place.startsWith('/object/external_references/'));
  const token = party.present(full, ['--hide', 'description', '--hide', 'model', '--hide', places[2]]);
  const hidden = [['description'], ['extensions', INCIDENT_EXTENSION, 'model'], ['external_references', 2]];
  const left = without(incident, ...hidden);
  shown(token, left, aside);
  equal(await seenByLibrary(token), [left, aside], 'what the library sees');
});

await check('we-make-compact-of-general-by-node', async () => {
  const token = party.present(general.toJson(), []);
  equal(await seenByLibrary(token), [incident, aside], 'what the library sees');
});

await check('batch-by-node-is-shown-with-its-members', async () => {
  const members = Array.from({ length: 11 }, (_, number) => ({
    type: 'url',
    id: `url--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f${number + 20}`,
    value: `https://example.org/${number}`,
  }));
  const id = incident.id.replace('incident', 'grouping');
  const grouping = without({ ...incident, type: 'grouping', id }, ['extensions']);
  const batch = claimsOf(party, grouping, { version: 1, members });
  const token = await party.issue(batch, recordFrame(batch));
  shown(token, grouping, { version: 1 });
  equal(party.show(token).members, members, 'members');
});

// What the library issues or accepts, and a record is not.

const appended = (token, ...more) => withDisclosures(token, [...disclosuresOf(token), ...more]);
const other = await party.issue(claims, frame);
const issue = (changes, changedFrame = {}, settings = {}) =>
  party.issue({ ...claims, ...changes }, { ...frame, ...changedFrame }, settings);
const objectOf = (object, changes = {}) => [{ object }, { object: { ...frameOf(object), ...changes } }];

const kbSettings = { kbSigner: party.signer, kbSignAlg: 'Ed25519' };
const kb = { payload: { iat: 1782875400, aud: 'https://example.org', nonce: 'nonce' } };

const acceptedThere = {
  'unreferenced-disclosure': [appended(full, disclosure('note', 'unsigned')), 1, 'belongs to no digest'],
  'repeated-disclosure': [appended(full, disclosuresOf(full)[0]), 1, 'stands twice'],
  'disclosure-of-another-record': [appended(full, named(other, 'name')), 1, 'comes from another record'],
  'disclosure-whose-parent-is-withheld': [
    withDisclosures(full, disclosuresOf(full).filter((text) => text !== named(full, 'extensions'))),
    1,
    'its parent is withheld',
  ],
  'other-type': [
    await party.issue(claims, frame, { header: { typ: 'example+sd-jwt' } }),
    3,
    '`typ` is `example+sd-jwt`',
  ],
  'older-algorithm-name': [
    await party.issue(claims, frame, { header: { alg: 'EdDSA' } }),
    3,
    'unknown signature suite `EdDSA`',
  ],
  'order-of-the-header': [
    await party.library({ omitTyp: false }).issue(claims, frame, { header: { typ: TYP, kid: party.kid } }),
    3,
    'the canonical JSON of exactly `alg`, `kid` and `typ`',
  ],
  'further-member-of-the-header': [
    await party.issue(claims, frame, { header: { cty: 'json' } }),
    3,
    'exactly `alg`, `kid` and `typ`',
  ],
  'no-padding': [
    await issue({}, { object: { ...frame.object, _sd_decoy: 0 } }),
    1,
    'digests at `/object` are irregular: there must be 8, 16, 32, 64, 128 or 256',
  ],
  'no-padding-of-a-list': [
    await issue({}, { object: { ...frame.object, external_references: { _sd: [0, 1, 2], _sd_decoy: 2 } } }),
    1,
    'the 5 digests at `/object/external_references`',
  ],
  'clear-element-in-a-list': [
    await issue({}, { object: { ...frame.object, external_references: { _sd: [0, 2], _sd_decoy: missing(3) } } }),
    1,
    'the 8 digests at `/object/external_references`',
  ],
  'clear-claim': [await issue({ note: 'in clear' }), 1, '`note` is unknown'],
  'claim-disclosed-beside-the-object': [
    await issue({ note: 'in a disclosure' }, { _sd: ['note'], _sd_decoy: 7 }),
    1,
    '`_sd` is unknown',
  ],
  'clear-property': [
    await issue({}, { object: { ...frame.object, _sd: frame.object._sd.slice(1), _sd_decoy: 9 } }),
    1,
    '`object` is not an object of exactly `_sd`',
  ],
  'clear-extension': [
    await issue({}, { object: { ...frame.object, extensions: without(frame.object.extensions, [FOREIGN_EXTENSION]) } }),
    1,
    `the extension \`${FOREIGN_EXTENSION}\` holds properties that are not digests`,
  ],
  'digests-deep-inside-a-property': [
    await issue({}, { object: { ...frame.object, x_weather: { _sd: ['rain'], _sd_decoy: 7 } } }),
    1,
    'digests stand at `/object/x_weather`, where a record has none',
  ],
  'property-named-sd-alg': [await issue(...objectOf({ _sd_alg: 'x' })), 1, 'the reserved property `_sd_alg`'],
  'property-named-dots': [await issue(...objectOf({ '...': 'x' })), 1, 'the reserved property `...`'],
  'short-salts': [
    await issue({}, {}, { settings: { saltGenerator: () => encode(randomBytes(8)) } }),
    1,
    "a disclosure's salt has fewer than 22 characters",
  ],
  'other-hash': [
    await issue({}, {}, { settings: { hashAlg: 'sha-512' } }),
    1,
    '`_sd_alg` is `sha-512`; this version knows only `sha-256`',
  ],
  'twin-that-disagrees': [
    await issue({ aside: { ...aside, place_country: 'FR' } }),
    1,
    'the twin `place_country` says "FR"',
  ],
  'null-property': [await issue(...objectOf({ name: null })), 1, '`/object/name` is null'],
  'key-binding': [await party.library(kbSettings).present(full, chosen, { kb }), 3, 'key binding is not used here'],
};

for (const [name, [token, exit, words]] of Object.entries(acceptedThere)) {
  await check(`${name}-is-accepted-by-node-and-refused-by-us`, async () => {
    equal((await library.verify(token)).payload.iss, party.id, 'what the library sees');
    party.verify(token).refused(exit, words);
  });
}

// Signs once more with a key of a party.
async function alsoSigned(header, signer, kid) {
  const twice = GeneralJSON.fromSerialized(general.toJson());
  await twice.addSignature(header, signer, kid);
  return twice.toJson();
}

function changedGeneral(change) {
  const json = JSON.parse(JSON.stringify(general.toJson()));
  change(json);
  return json;
}

await check('general-form-with-key-binding-is-refused', async () => {
  const holder = new SDJwtGeneralJSONInstance({ ...party.settings(), ...kbSettings });
  const presented = await holder.present(general, chosen, { kb });
  party.verify(presented.toJson()).refused(3, 'an unknown part `kb_jwt`');
});

await check('two-signatures-by-one-key-are-refused', async () => {
  const json = await alsoSigned(party.header(), party.signer, party.kid);
  party.verify(json).refused(3, 'two signatures name the same key');
});

await check('signature-that-nobody-asked-for-is-refused', async () => {
  const stranger = new Party('stranger');
  const json = await alsoSigned(stranger.header(), stranger.signer, stranger.kid);
  party.verify(json).refused(1, `${stranger.kid} is not one that the author's key record requires`);
});

await check('signature-by-a-key-of-another-purpose-is-refused', async () => {
  const kid = party.keyId('log');
  const json = await alsoSigned(party.header({ kid }), party.signerOf('log'), kid);
  party.verify(json).refused(1, `key ${kid} is a log key and cannot sign where a record key must`);
});

await check('changed-signature-in-general-form-is-refused-by-both', async () => {
  const json = changedGeneral(({ signatures: [one] }) => {
    one.signature = `${one.signature[0] === 'A' ? 'B' : 'A'}${one.signature.slice(1)}`;
  });
  await fails(() => generalLibrary.verify(GeneralJSON.fromSerialized(json)), 'Signature is not valid');
  party.verify(json).refused(1, 'does not verify');
});

await check('no-signature-is-refused', () => {
  party.verify(changedGeneral((json) => json.signatures.pop())).refused(3, 'the envelope has no signature');
});

await check('other-key-id-outside-the-signature-is-refused', () => {
  const json = changedGeneral(({ signatures: [one] }) => {
    one.header.kid = party.keyId('log');
  });
  party.verify(json).refused(3, 'an unknown part `kid`');
});

await check('unsigned-member-outside-the-signature-is-refused', () => {
  const json = changedGeneral(({ signatures: [one] }) => {
    one.header.remark = 'unsigned';
  });
  party.verify(json).refused(3, 'an unknown part `remark`');
});

await check('disclosures-beside-the-envelope-are-refused', () => {
  const json = changedGeneral((whole) => {
    whole.disclosures = whole.signatures[0].header.disclosures;
  });
  party.verify(json).refused(3, 'an unknown part `disclosures`');
});

await check('disclosures-beside-a-second-signature-are-refused', async () => {
  const kid = party.keyId('log');
  const json = await alsoSigned(party.header({ kid }), party.signerOf('log'), kid);
  json.signatures[1].header = { disclosures: [] };
  party.verify(json).refused(3, 'beside a signature that is not the first');
});

// The size that docs/benchmarks.md compares: eleven properties of the core, fourteen of an extension, three twins, a
// version.

const measured = {
  ...without(incident, ['labels'], ['external_references'], ['x_weather']),
  name: 'A delivery robot blocked the way of an ambulance for four minutes',
  description: 'It stood across the gate. '.repeat(18),
  extensions: {
    [INCIDENT_EXTENSION]: {
      extension_type: 'property-extension',
      occurred: '2026-06-30T21:04:00Z',
      discovered: '2026-06-30T21:09:00Z',
      aware: '2026-07-01T01:00:00Z',
      place: { country: 'NL', locality: 'Utrecht' },
      system: 'pavement delivery robot',
      model: 'way-finder 7, build 2026.3',
      developer: 'Example Robotics',
      deployer: 'Example Deliveries',
      autonomy: 'drives alone, called back by a person',
      severity: 'serious incident',
      people_affected: 3,
      ai_involvement: 'the planner treated the flashing lights as glare and stood still',
      actions_taken: 'robots stay off that street at night; the planner was trained again',
    },
  },
};
const measuredClaims = claimsOf(party, measured, aside);
const measuredFrame = recordFrame(measuredClaims);
const measuredToken = await party.issue(measuredClaims, measuredFrame);

await check('measured-record-has-29-disclosures', async () => {
  equal(disclosuresOf(measuredToken).length, 29, 'disclosures');
  shown(measuredToken, measured, aside);
  equal(await seenByLibrary(measuredToken), [measured, aside], 'what the library sees');
});

const header = { header: party.header() };
const rounds = 1000;
const issued = await medianMicros(() => library.issue(measuredClaims, measuredFrame, header), rounds);
const verified = await medianMicros(() => library.verify(measuredToken), rounds);
const times = `issue ${issued.toFixed(0)} us, verify ${verified.toFixed(0)} us`;
note(`node @sd-jwt/core 0.19.0, 29 disclosures: ${times} (median of ${rounds})`);

finish();
