// The calls that these pages make.
import type {Right} from '../model/answering';
import type {JobRef} from '../model/find';
import {type Gate, readGate, type Verb} from '../model/gate';
import {type Page, pageIn} from '../model/report';
import {listAt, parsed, textAt} from '../model/read';
import {reasonOf} from '../model/text';
import {ApiError, getJson, getText, postJson} from './client';

// An Application, as the API names it.
export interface AppRef {
  name: string;
  namespace: string;
  project: string;
}

export function appRef(application: unknown): AppRef {
  return {
    name: textAt(application, 'metadata', 'name'),
    namespace: textAt(application, 'metadata', 'namespace'),
    project: textAt(application, 'spec', 'project'),
  };
}

const path = (app: AppRef, rest: string) => `applications/${encodeURIComponent(app.name)}/${rest}`;
const place = (app: AppRef) => ({appNamespace: app.namespace, project: app.project});
const job = (ref: JobRef) => ({namespace: ref.namespace, resourceName: ref.name, version: 'v1', group: 'batch', kind: 'Job'});

// The gate as its Job stands now; undefined: that Job is no gate.
export async function gate(app: AppRef, ref: JobRef): Promise<Gate | undefined> {
  const answer = await getJson(path(app, 'resource'), {...place(app), ...job(ref)});
  return readGate(parsed(textAt(answer, 'manifest')));
}

// The names of the actions that Argo CD knows on the Job.
export async function actions(app: AppRef, ref: JobRef): Promise<string[]> {
  const answer = await getJson(path(app, 'resource/actions'), {...place(app), ...job(ref)});
  return listAt(answer, 'actions').map(action => textAt(action, 'name'));
}

// What Argo CD's log has of the gate's decisions. `filter` keeps these lines, out of the page for people.
export async function page(app: AppRef, ref: JobRef): Promise<Page | undefined> {
  const query = {...place(app), namespace: ref.namespace, group: 'batch', kind: 'Job', resourceName: ref.name, filter: '"report":{'};
  const body = await getText(path(app, 'logs'), query);
  return pageIn(body.split('\n').map(line => textAt(parsed(line), 'result', 'content')));
}

// Who is logged in, as Argo CD says.
export const userName = async () => textAt(await getJson('session/userinfo'), 'username');

// Of an answer's reason, in bytes; the record's limit is 1024 with the name behind it (plugin/api/answer.hpp).
export const longestReason = 800;
const longestName = 100;

const parameters = (given: Record<string, string>) => Object.entries(given).map(([name, value]) => ({name, value}));

// Answers the gate, whose drift the person has seen, by Argo CD's action (deploy/actions).
export async function answer(app: AppRef, ref: Gate, verb: Verb, reason: string): Promise<void> {
  const user = reasonOf(await userName(), longestName);
  const given = {reason: reasonOf(reason, longestReason), drift: ref.drift, user};
  await postJson(path(app, 'resource/actions/v2'), {...place(app), ...job(ref), action: verb, resourceActionParameters: parameters(given)});
}

// A name that no object can have.
const nobody = 'may this person answer?';

// Whether Argo CD's RBAC lets the user run that action. Its can-i knows no single actions, so this asks for the action on a Job that can't
// be there: RBAC is looked at first (403), the Job afterwards (400, "not found"). Nothing can come of it.
export async function right(app: AppRef, ref: JobRef, verb: Verb): Promise<Right> {
  try {
    const request = {...place(app), ...job({...ref, name: nobody}), action: verb, resourceActionParameters: []};
    await postJson(path(app, 'resource/actions/v2'), request);
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return 'no';
    if (error instanceof ApiError && error.status === 400) return 'yes';
  }
  return 'unknown';
}
