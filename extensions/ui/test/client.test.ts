import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {actions, answer, gate, page, right} from '../src/api/argocd';
import type {Gate} from '../src/model/gate';
import {drift, gateJob} from './objects';

const app = {name: 'shop', namespace: 'argocd', project: 'default'};
const job = {name: 'shop-1a2b3c4d-gate', namespace: 'drift-policy'};
const calls: {url: string; body: unknown}[] = [];

// Argo CD answers so: to each request the status and body for the first path in it.
function argocd(answers: Record<string, [number, string]>) {
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    calls.push({url, body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined});
    const found = Object.entries(answers).find(([path]) => url.includes(path))?.[1];
    if (!found) return Promise.reject(new TypeError('Failed to fetch'));
    return Promise.resolve(new Response(found[1], {status: found[0]}));
  });
}

beforeEach(() => {
  calls.length = 0;
  vi.stubGlobal('document', {baseURI: 'https://argocd.example.com/below/'});
});
afterEach(() => vi.unstubAllGlobals());

test('the gate is read below the path of the page, as that application', async () => {
  argocd({'/resource?': [200, JSON.stringify({manifest: JSON.stringify(gateJob())})]});
  expect((await gate(app, job))?.drift).toBe(drift);
  const url = new URL(calls[0]?.url ?? '');
  expect(url.pathname).toBe('/below/api/v1/applications/shop/resource');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({appNamespace: 'argocd', project: 'default', resourceName: job.name, kind: 'Job'});
});

test('a name can leave neither its part of the path nor the query', async () => {
  argocd({});
  await expect(actions({...app, name: '../x?y#z'}, job)).rejects.toThrow();
  expect(new URL(calls[0]?.url ?? '').pathname).toBe('/below/api/v1/applications/..%2Fx%3Fy%23z/resource/actions');
});

test.each([
  [401, 'log in again'],
  [403, "Argo CD's RBAC doesn't let you"],
  [404, 'no such object'],
  [500, 'answered with 500'],
])('an answer %i is said plainly', async (status, expected) => {
  argocd({'/resource': [status, '{"message":"denied\\u202e"}']});
  await expect(gate(app, job)).rejects.toThrow(expected);
  await expect(gate(app, job)).rejects.toThrow('It says: denied\\u{202e}');
});

test('no answer at all is said plainly', async () => {
  argocd({});
  await expect(gate(app, job)).rejects.toThrow("can't be reached");
});

test('the page is taken out of the stream of the log', async () => {
  const line = JSON.stringify({report: {drift, objects: []}});
  const stream = [`{"result":${JSON.stringify({content: line})}}`, 'rubbish', '{"error":{"message":"x"}}'].join('\n');
  argocd({'/logs?': [200, stream]});
  expect((await page(app, job))?.drift).toBe(drift);
});

test('an answer says the drift that was seen and who is logged in, and the reason on one line', async () => {
  argocd({'/session/userinfo': [200, '{"username":"ann"}'], '/actions/v2': [200, '{}']});
  await answer(app, {...job, drift} as Gate, 'approve', ' a\n test ');
  expect(calls[1]?.body).toMatchObject({
    action: 'approve',
    resourceName: job.name,
    resourceActionParameters: [
      {name: 'reason', value: 'a test'},
      {name: 'drift', value: drift},
      {name: 'user', value: 'ann'},
    ],
  });
});

test.each([
  [403, 'no'],
  [400, 'yes'],
  [500, 'unknown'],
  [200, 'unknown'],
])('the right to answer: %i means %s', async (status, expected) => {
  argocd({'/actions/v2': [status, '{"message":"x"}']});
  expect(await right(app, job, 'approve')).toBe(expected);
  expect(calls[0]?.body).toMatchObject({resourceName: 'may this person answer?'});
});
