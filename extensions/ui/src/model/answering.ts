// Which answers a person can give here, and why not. Three things decide: what the gate asks for, whether its policy takes an answer
// through Argo CD (where Kubernetes can't see who it is), and Argo CD's RBAC.
import {type Gate, type Verb, waits} from './gate';

// Argo CD's word on one action: unknown where it could not be asked.
export type Right = 'yes' | 'no' | 'unknown';

export interface Offer {
  verb: Verb;
  label: string;
  effect: string;
  // Why the button is off; empty: it is on.
  why: string;
}

const texts: Record<Verb, {label: string; effect: string}> = {
  approve: {label: 'Approve', effect: 'the sync goes on and writes the values from Git into the cluster'},
  override: {label: 'Override the stop', effect: 'the sync goes on although the policy stops it, and the record says so'},
  reject: {label: 'Reject', effect: 'the sync fails and applies nothing; the cluster stays as it is'},
};

// The verbs that are asked for: a stop is overridden, all else is approved.
export const verbsOf = (gate: Gate): Verb[] => [gate.stops ? 'override' : 'approve', 'reject'];

// A command that people may copy into a shell, so nothing stands in it that isn't a name in Kubernetes.
export function command(gate: Gate): string {
  const name = (text: string, place: string) => (/^[a-z0-9][a-z0-9./-]*$/u.test(text) ? text : place);
  const override = gate.stops ? ' --override' : '';
  return `drift-policy approve ${name(gate.application, 'APPLICATION')} -n ${name(gate.namespace, 'NAMESPACE')}${override}`;
}

function whyNot(gate: Gate, verb: Verb, rights: Partial<Record<Verb, Right>>, offered: readonly string[] | undefined): string {
  if (!waits(gate)) return `Nothing waits for an answer: the gate is ${gate.state || 'about to begin'}.`;
  if (verb !== 'reject' && !(gate.asked.length > 0 && gate.asked.every(one => one.throughArgoCD)))
    return `People answer this in their own name, and Argo CD can't pass on who they are. On a terminal: ${command(gate)}`;
  if (gate.answers.some(answer => answer.verb === verb && answer.drift === gate.drift && answer.person === 'argocd'))
    return 'This was answered through Argo CD before, which counts as one person.';
  if (rights[verb] === 'no') return `Argo CD's RBAC doesn't let you: you need applications, action/batch/Job/${verb} for this application.`;
  if (offered && !offered.includes(verb)) return 'Argo CD has no such action: the platform installs deploy/actions.';
  return '';
}

// What can be answered. `offered`: the actions that Argo CD knows on the Job; undefined: not known yet.
export function offers(gate: Gate, rights: Partial<Record<Verb, Right>>, offered: readonly string[] | undefined): Offer[] {
  return verbsOf(gate).map(verb => ({verb, ...texts[verb], why: whyNot(gate, verb, rights, offered)}));
}
