import {expect, test} from 'vitest';
import {keys} from '../src/keys';
import {isOpen, readGate, waits} from '../src/model/gate';
import {drift, gateJob} from './objects';

test('a gate that waits: whom it asks, for what, and until when', () => {
  const gate = readGate(gateJob({[keys.deadline]: '2026-11-30T10:00:00Z'}));
  expect(gate).toMatchObject({
    application: 'shop',
    severity: 'medium',
    stops: false,
    needed: 1,
    deadline: '2026-11-30T10:00:00Z',
    asked: [{word: 'medium', groups: ['platform', 'sre'], throughArgoCD: true}],
  });
  expect(gate && waits(gate) && isOpen(gate)).toBe(true);
});

test("drift and Git's own changes are asked about together, each of its own people", () => {
  const gate = readGate(gateJob({[keys.asks]: 'medium high.changes', [`${keys.approvers_prefix}high.changes`]: 'leads'}));
  expect(gate?.asked).toEqual([
    {word: 'medium', groups: ['platform', 'sre'], throughArgoCD: true},
    {word: 'high.changes', groups: ['leads'], throughArgoCD: false},
  ]);
});

test('answers are read with the drift that they are about; what is no answer is left out', () => {
  const gate = readGate(
    gateJob({
      [`approve${keys.answer_suffix}ann-${drift}`]: `${drift} ann: it was: a test`,
      [`reject${keys.answer_suffix}bob-${drift}`]: 'nonsense',
      [`grant${keys.answer_suffix}eve-${drift}`]: `${drift} eve: let me`,
    }),
  );
  expect(gate?.answers).toEqual([{verb: 'approve', drift, person: 'ann', reason: 'it was: a test'}]);
});

test('a Job that failed is not open, and says why', () => {
  const gate = readGate(gateJob({[keys.state]: 'waiting'}, {status: {conditions: [{type: 'Failed', message: 'its time is up'}]}}));
  expect(gate?.failure).toBe('its time is up');
  expect(gate && isOpen(gate)).toBe(false);
});

test.each([undefined, null, 'Job', [], {}, {kind: 'Job'}, {kind: 'Job', metadata: {labels: {'app.kubernetes.io/component': 'gate'}}}])(
  '%j is no gate',
  object => expect(readGate(object)).toBeUndefined(),
);

test('annotations that are no text, and numbers that are none, count as absent', () => {
  const gate = readGate(gateJob({[keys.approvals_needed]: '-1e9', [keys.reason]: 7 as unknown as string}));
  expect([gate?.needed, gate?.reason]).toEqual([0, '']);
});
