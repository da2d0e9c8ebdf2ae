import {expect, test} from 'vitest';
import {keys} from '../src/keys';
import {gatesOf, isOurs} from '../src/model/find';
import {readIncident} from '../src/model/incident';
import {readVerdict} from '../src/model/object';
import {moment} from '../src/model/time';

const hook = (name: string) => ({group: 'batch', kind: 'Job', namespace: 'drift-policy', name});
const synced = (...names: string[]) => ({status: {operationState: {syncResult: {resources: names.map(hook)}}}});

test('the gates are found among hooks and in the tree, each once', () => {
  const application = synced('shop-1a2b3c4d-gate', 'shop-1a2b3c4d-audit', 'my-gate');
  expect(gatesOf(application, {nodes: [hook('shop-1a2b3c4d-gate'), hook('shop-99999999-gate')]}).map(job => job.name)).toEqual([
    'shop-1a2b3c4d-gate',
    'shop-99999999-gate',
  ]);
});

test.each([
  [synced('shop-1a2b3c4d-gate'), true],
  [{spec: {source: {plugin: {name: 'drift-policy-observe'}}}}, true],
  [{spec: {sources: [{}, {plugin: {name: 'drift-policy'}}]}}, true],
  [{metadata: {labels: {[keys.gated]: 'true'}}}, true],
  [{metadata: {annotations: {[keys.incident]: '{}'}}}, true],
  [{spec: {source: {plugin: {name: 'other'}}}}, false],
  [undefined, false],
])('%j: ours? %j', (application, expected) => expect(isOurs(application)).toBe(expected));

const noted = (note: unknown) => ({metadata: {annotations: {[keys.incident]: JSON.stringify(note)}}});

test('an incident that is open is read, and one that is over is none', () => {
  const note = {id: 'web-1', state: 'held', severity: 'high', reason: 'paused', since: 'then', attempts: 2, objects: ['Service a/b drifted', 7], more: 1};
  expect(readIncident(noted(note))).toMatchObject({id: 'web-1', attempts: 2, objects: ['Service a/b drifted'], more: 1});
  for (const state of ['resolved', 'superseded', '']) expect(readIncident(noted({...note, state}))).toBeUndefined();
});

test.each(['', '{', '[]', 'null'])('the annotation %j is no incident', text => {
  expect(readIncident({metadata: {annotations: {[keys.incident]: text}}})).toBeUndefined();
});

test('an object has its severity, rule and guarded fields', () => {
  const annotations = {[keys.severity]: 'medium', [keys.rule]: 'baseline/workloads', 'want.drift-policy.dev/replicas': '3', 'want.drift-policy.dev/image.0': 'a:1'};
  expect(readVerdict({kind: 'Deployment', metadata: {annotations}})).toEqual({
    severity: 'medium',
    rule: 'baseline/workloads',
    guarded: [
      {id: 'image.0', wanted: 'a:1'},
      {id: 'replicas', wanted: '3'},
    ],
  });
  expect(readVerdict({kind: 'Pod', metadata: {}})).toBeUndefined();
});

test('of a Secret no wanted value is shown', () => {
  const annotations = {[keys.severity]: 'high', 'want.drift-policy.dev/password': 'hunter2'};
  expect(JSON.stringify(readVerdict({kind: 'Secret', metadata: {annotations}}))).not.toContain('hunter2');
});

const now = Date.parse('2026-11-30T10:00:00Z');
test.each([
  ['2026-11-30T10:00:30Z', 'in less than a minute'],
  ['2026-11-30T10:20:00Z', 'in 20 min'],
  ['2026-11-30T13:20:00Z', 'in 3 h 20 min'],
  ['2026-11-27T08:00:00Z', '3 d 2 h ago'],
  ['2026-11-30T08:00:00Z', '2 h ago'],
])('%s is %s', (text, expected) => expect(moment(text, now)).toBe(`${text}, ${expected}`));

test('what is no time stays as it is', () => expect(moment('soon', now)).toBe('soon'));
