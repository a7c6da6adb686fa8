// What our binary signs, read and presented by the Node package @sd-jwt/core: compact, flattened and general JSON.

import { FlattenJSON, GeneralJSON } from '@sd-jwt/core';
import {
  check,
  decode,
  disclosuresOf,
  encode,
  equal,
  everything,
  fails,
  finish,
  FOREIGN_EXTENSION,
  generalOf,
  INCIDENT,
  INCIDENT_EXTENSION,
  jwsOf,
  named,
  Party,
  TWINS,
  withDisclosures,
  without,
} from './_party.mjs';

const party = new Party('harbour-office');
const incident = party.incident();
const whole = { version: 1, ...TWINS };
const signed = party.sign(INCIDENT);
const full = signed.record;
const flattened = party.present(full, [], 'json');
const library = party.library();
const generalLibrary = party.generalLibrary();
const secondReference = party.show(full).places.filter((place) => place.startsWith('/object/external_references/'))[1];
const secondSlot = Number(secondReference.split('/').at(-1));

function claimsAre({ iss, key_record, object, aside, ...rest }, expectedObject, expectedAside) {
  equal([iss, key_record], [party.id, party.keyRecord], 'iss and key_record');
  equal(object, expectedObject, 'object');
  equal(aside, expectedAside, 'aside');
  equal(rest, {}, 'other claims');
}

// That the library verifies the compact form and sees this and nothing else.
async function seen(token, expectedObject, expectedAside) {
  const { payload, header } = await library.verify(token);
  equal(header, party.header(), 'protected header');
  claimsAre(payload, expectedObject, expectedAside);
}

async function seenFlattened(json, expectedObject, expectedAside) {
  await seen(FlattenJSON.fromSerialized(json).toEncoded(), expectedObject, expectedAside);
}

async function seenGeneral(json, expectedObject, expectedAside) {
  const { payload, headers } = await generalLibrary.verify(GeneralJSON.fromSerialized(json));
  equal(headers, [party.header()], 'protected headers');
  claimsAre(payload, expectedObject, expectedAside);
}

// That our binary accepts the record and shows this and nothing else.
function shownByUs(record, expectedObject, expectedAside) {
  equal(party.verify(record).done().record_digest, signed.record_digest, 'record digest');
  const shown = party.show(record);
  equal(shown.verdict, 'signed, unlogged', 'verdict');
  equal(shown.object, expectedObject, 'object');
  equal(shown.aside, expectedAside, 'aside');
}

const exact = ['occurred', 'place', 'people_affected'];
const releases = {
  full: [[], incident, whole],
  partial: [
    ['--hide', 'description', '--hide', `/object/extensions/${INCIDENT_EXTENSION}/model`, '--hide', secondReference],
    without(incident, ['description'], ['extensions', INCIDENT_EXTENSION, 'model'], ['external_references', 1]),
    whole,
  ],
  chosen: [
    ['--show', 'severity', '--show', 'id', '--show', 'occurred_year'],
    {
      id: incident.id,
      extensions: { [INCIDENT_EXTENSION]: { severity: 'serious incident' }, [FOREIGN_EXTENSION]: {} },
    },
    { occurred_year: '2026' },
  ],
  coarse: [
    exact.flatMap((name) => ['--hide', name]),
    without(incident, ...exact.map((name) => ['extensions', INCIDENT_EXTENSION, name])),
    whole,
  ],
  sealed: [['--sealed'], {}, {}],
};

for (const [name, [choice, object, aside]] of Object.entries(releases)) {
  await check(`${name}-record-is-seen-as-released-in-compact-form`, async () => {
    const token = party.present(full, choice);
    equal(jwsOf(token), jwsOf(full), 'the signed part');
    await seen(token, object, aside);
    shownByUs(token, object, aside);
  });
  await check(`${name}-record-is-seen-as-released-in-flattened-form`, async () => {
    const json = party.present(full, choice, 'json');
    await seenFlattened(json, object, aside);
    shownByUs(json, object, aside);
  });
  await check(`${name}-record-is-seen-as-released-in-general-form`, async () => {
    const json = generalOf(party.present(full, choice, 'json'));
    await seenGeneral(json, object, aside);
    shownByUs(json, object, aside);
  });
}

await check('revealed-record-has-the-sealed-signature', async () => {
  const sealed = party.present(full, ['--sealed'], 'json');
  const revealed = { ...sealed, header: { disclosures: disclosuresOf(full) } };
  equal([revealed.payload, revealed.signature], full.split('~')[0].split('.').slice(1), 'the signed part');
  await seenFlattened(revealed, incident, whole);
  await seenGeneral(generalOf(revealed), incident, whole);
  shownByUs(revealed, incident, whole);
});

await check('three-forms-by-the-library-are-one-record-to-us', () => {
  for (const form of [FlattenJSON.fromEncode(full).toJson(), GeneralJSON.fromEncode(full).toJson(), flattened]) {
    shownByUs(form, incident, whole);
  }
});

const members = Array.from({ length: 9 }, (_, number) => ({
  type: 'indicator',
  spec_version: '2.1',
  id: `indicator--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f2${number}`,
  created: '2026-07-01T03:10:00.000Z',
  modified: '2026-07-01T03:10:00.000Z',
  pattern: `[url:value = 'https://example.org/${number}']`,
  pattern_type: 'stix',
  valid_from: '2026-07-01T03:10:00Z',
}));
const grouping = {
  type: 'grouping',
  spec_version: '2.1',
  id: 'grouping--0b0c6f0e-9f5e-4d7a-9d3b-2c5a0e6b7f13',
  created: '2026-07-01T03:10:00.000Z',
  modified: '2026-07-01T03:10:00.000Z',
  context: 'suspicious-activity',
  object_refs: members.map(({ id }) => id),
};
const batch = party.sign(grouping, members).record;

await check('batch-is-seen-with-its-members', async () => {
  const object = { ...grouping, created_by_ref: party.identity };
  await seen(batch, object, { version: 1, members });
  await seenGeneral(generalOf(party.present(batch, [], 'json')), object, { version: 1, members });
});

await check('one-member-of-a-batch-is-seen-alone', async () => {
  const slots = party.show(batch).places.filter((place) => place.startsWith('/aside/members/'));
  await seen(party.present(batch, ['--show', slots[4]]), {}, { members: [members[4]] });
});

await check('holder-presents-everything', async () => {
  // Without a frame the library loses what lies inside a disclosed object: its second walk meets the values that the
  // first one has already put back.
  const token = await library.present(full, { object: everything(incident), aside: everything(whole) });
  equal(disclosuresOf(token).sort(), disclosuresOf(full).sort(), 'disclosures');
  shownByUs(token, incident, whole);
});

await check('holder-presents-properties-elements-and-parts-of-an-extension', async () => {
  const inside = { [INCIDENT_EXTENSION]: { severity: true, place: true } };
  const frame = {
    object: { description: true, x_weather: true, external_references: { [secondSlot]: true }, extensions: inside },
    aside: { place_country: true },
  };
  const { place, severity } = incident.extensions[INCIDENT_EXTENSION];
  const object = {
    description: incident.description,
    x_weather: incident.x_weather,
    external_references: [incident.external_references[1]],
    extensions: { [INCIDENT_EXTENSION]: { severity, place }, [FOREIGN_EXTENSION]: {} },
  };
  const token = await library.present(full, frame);
  equal(disclosuresOf(token).length, 8, 'disclosures');
  await seen(token, object, { place_country: 'NL' });
  shownByUs(token, object, { place_country: 'NL' });
  const general = await generalLibrary.present(GeneralJSON.fromSerialized(generalOf(flattened)), frame);
  shownByUs(general.toJson(), object, { place_country: 'NL' });
});

await check('holder-presents-nothing', async () => {
  const token = await library.present(full, {});
  equal(token, `${jwsOf(full)}~`, 'a sealed record');
  shownByUs(token, {}, {});
  const general = await generalLibrary.present(GeneralJSON.fromSerialized(generalOf(flattened)), {});
  shownByUs(general.toJson(), {}, {});
});

await check('holder-presents-less-of-our-part', async () => {
  const partial = party.present(full, releases.partial[0]);
  const token = await library.present(partial, { object: { name: true, confidence: true } });
  shownByUs(token, { name: incident.name, confidence: 80 }, {});
});

const [header, payload, signature] = jwsOf(full).split('.');

await check('changed-signature-is-refused-by-both', async () => {
  const flipped = signature[40] === 'A' ? 'B' : 'A';
  const other = signature.slice(0, 40) + flipped + signature.slice(41);
  const token = withDisclosures([header, payload, other].join('.'), disclosuresOf(full));
  await fails(() => library.verify(token), 'Invalid JWT Signature');
  party.verify(token).refused(1, 'does not verify');
  const json = generalOf({ ...flattened, signature: other });
  await fails(() => generalLibrary.verify(GeneralJSON.fromSerialized(json)), 'Signature is not valid');
  party.verify(json).refused(1, 'does not verify');
});

await check('payload-of-another-record-is-refused-by-both', async () => {
  const other = party.sign(INCIDENT).record.split('.')[1];
  const token = withDisclosures([header, other, signature].join('.'), []);
  await fails(() => library.verify(token), 'Invalid JWT Signature');
  party.verify(token).refused(1, 'does not verify');
});

await check('changed-disclosure-is-not-seen-and-we-refuse-it', async () => {
  const description = named(full, 'description');
  const [salt, name, value] = JSON.parse(decode(description));
  const other = encode(JSON.stringify([salt, name, value.replace('gate', 'road')]));
  const token = full.replace(description, other);
  await seen(token, without(incident, ['description']), whole);
  party.verify(token).refused(1, 'belongs to no digest of this record');
});

finish();
