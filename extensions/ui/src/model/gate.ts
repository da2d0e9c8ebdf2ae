// A gate as its Job says it stands (docs/gate.md): annotations under drift-policy.dev/, labels, and the condition Failed.
import {keys} from '../keys';
import {at, isObject, listAt, textAt, textMap} from './read';

export type Verb = 'approve' | 'reject' | 'override';
const verbs: readonly Verb[] = ['approve', 'reject', 'override'];

export interface Answer {
  verb: Verb;
  drift: string;
  person: string;
  reason: string;
}

// Those of one severity (`medium`, or `medium.changes` for Git's own changes) who may answer; no groups: who may change the Job.
export interface Asked {
  word: string;
  groups: string[];
  throughArgoCD: boolean;
}

export interface Gate {
  name: string;
  namespace: string;
  application: string;
  observes: boolean;
  state: string; // analysing, waiting, passed, refused; empty: it has only begun
  cause: string;
  reason: string;
  drift: string;
  severity: string;
  changeSeverity: string;
  stops: boolean; // an override is asked for
  asked: Asked[];
  needed: number;
  given: number;
  since: string;
  deadline: string;
  escalatesAt: string;
  answers: Answer[];
  failure: string; // the message of the Job that failed
}

export function isGate(object: unknown): boolean {
  const labels = textMap(at(object, 'metadata', 'labels'));
  return (
    textAt(object, 'kind') === 'Job' &&
    labels['app.kubernetes.io/component'] === 'gate' &&
    labels['app.kubernetes.io/managed-by'] === 'drift-policy'
  );
}

const words = (text: string) => text.split(' ').filter(word => word !== '');

function askedIn(notes: Record<string, string>): Asked[] {
  const through = words(notes[keys.through_argocd] ?? '');
  return words(notes[keys.asks] ?? '').map(word => ({
    word,
    groups: (notes[keys.approvers_prefix + word] ?? '').split('\n').filter(group => group !== ''),
    throughArgoCD: through.includes(word),
  }));
}

// `approve.drift-policy.dev/ann-4be1…`: `4be1… ann: a reason`.
function answersIn(notes: Record<string, string>): Answer[] {
  return Object.entries(notes).flatMap(([key, value]) => {
    const verb = verbs.find(word => key.startsWith(word + keys.answer_suffix));
    const parts = /^([0-9a-f]+) (.+?): ([\s\S]*)$/u.exec(value);
    if (!verb || !parts) return [];
    return [{verb, drift: parts[1] ?? '', person: parts[2] ?? '', reason: parts[3] ?? ''}];
  });
}

function failureOf(job: unknown): string {
  const failed = listAt(job, 'status', 'conditions').find(condition => isObject(condition) && condition['type'] === 'Failed');
  return textAt(failed, 'message');
}

const count = (text: string | undefined) => (text !== undefined && /^\d{1,6}$/u.test(text) ? Number(text) : 0);

// What the Job says; undefined where it is no gate of ours.
export function readGate(job: unknown): Gate | undefined {
  if (!isGate(job)) return undefined;
  const notes = textMap(at(job, 'metadata', 'annotations'));
  const note = (key: string) => notes[key] ?? '';
  return {
    name: textAt(job, 'metadata', 'name'),
    namespace: textAt(job, 'metadata', 'namespace'),
    application: note(keys.application),
    observes: note(keys.enforcement) === 'observe',
    state: note(keys.state),
    cause: note(keys.cause),
    reason: note(keys.reason),
    drift: note(keys.drift),
    severity: note(keys.drift_severity),
    changeSeverity: note(keys.change_severity),
    stops: note(keys.asks_for) === 'override',
    asked: askedIn(notes),
    needed: count(notes[keys.approvals_needed]),
    given: count(notes[keys.approvals_given]),
    since: note(keys.waiting_since),
    deadline: note(keys.deadline),
    escalatesAt: note(keys.escalates_at),
    answers: answersIn(notes),
    failure: failureOf(job),
  };
}

export const waits = (gate: Gate) => gate.state === 'waiting' && gate.drift !== '';

// Whether more is to come by itself.
export const isOpen = (gate: Gate) => gate.failure === '' && !['passed', 'refused'].includes(gate.state);
