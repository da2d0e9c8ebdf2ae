import {expect, test} from 'vitest';
import {mostRows, pageIn} from '../src/model/report';

const service = {
  kind: 'Service',
  namespace: 'shop',
  name: 'web',
  state: 'drifted',
  severity: 'medium',
  rule: 'baseline/exposure',
  differences: [
    {
      pointer: '/spec/type',
      guarded: 'type',
      change: 'changed',
      wanted: 'ClusterIP',
      live: 'LoadBalancer',
      severity: 'medium',
      last: {manager: 'kubectl-patch', operation: 'Update', time: '2026-11-26T12:04:00Z'},
    },
  ],
};
const line = (report: unknown) => JSON.stringify({application: 'shop', decision: 'wait', report});

test('a difference is a row: field, both values, and who wrote it', () => {
  const page = pageIn([line({drift: 'ab', inspected: 5, objects: [service]}), 'shop: drift of severity medium']);
  expect(page).toMatchObject({drift: 'ab', inspected: 5, hiddenRows: 0});
  expect(page?.rows).toEqual([
    {
      object: 'Service shop/web',
      pointer: '/spec/type',
      guarded: 'type',
      what: 'changed',
      severity: 'medium',
      before: 'LoadBalancer',
      after: 'ClusterIP',
      who: 'kubectl-patch (Update)',
      when: '2026-11-26T12:04:00Z',
      rule: 'baseline/exposure',
      byGit: false,
    },
  ]);
});

test('the newest page of a log counts', () => {
  expect(pageIn([line({drift: 'old'}), line({drift: 'new'}), '{"level":"info"}', 'text'])?.drift).toBe('new');
});

test('a log without a page has none', () => expect(pageIn(['text', '{broken', '[]', '{"report":7}'])).toBeUndefined());

test('objects without differences are rows as a whole, in sync ones none', () => {
  const deleted = {kind: 'ConfigMap', name: 'x', state: 'deleted', severity: 'low'};
  const unread = {kind: 'Role', name: 'y', state: 'not inspected', unread: 'forbidden', severity: 'high'};
  const page = pageIn([line({objects: [deleted, unread, {kind: 'Service', name: 'z', state: 'in sync'}]})]);
  expect(page?.rows.map(row => [row.object, row.what])).toEqual([
    ['ConfigMap x', 'deleted'],
    ['Role y', 'not inspected (forbidden)'],
  ]);
});

test("Git's own changes are rows too", () => {
  const change = {kind: 'Service', namespace: 'shop', name: 'web', change: 'changed', fields: [{pointer: '/spec/type', before: 'A', after: 'B', severity: 'guarded'}]};
  const page = pageIn([line({changes: {objects: [change], omitted: 2}})]);
  expect(page?.rows[0]).toMatchObject({what: 'changed by Git', before: 'A', after: 'B', severity: 'guarded', byGit: true});
  expect(page?.hiddenRows).toBe(2);
});

test('no value of a Secret is taken over, even where a report has one', () => {
  const secret = {...service, kind: 'Secret', differences: [{pointer: '/data/password', change: 'changed', wanted: 'aHVudGVyMg==', live: 'b3RoZXI=', severity: 'high'}]};
  const text = JSON.stringify(pageIn([line({objects: [secret]})]));
  expect(text).not.toMatch(/aHVudGVyMg|b3RoZXI/u);
});

test('more rows than a page can show are counted', () => {
  const many = Array.from({length: mostRows + 3}, (_, index) => ({kind: 'ConfigMap', name: `c${index}`, state: 'deleted', severity: 'low'}));
  expect(pageIn([line({objects: many})])).toMatchObject({hiddenRows: 3});
});
