// What the plugin wrote on an object (docs/hooks.md): its severity, the rule that decided it, and what Git wants of guarded fields.
import {keys} from '../keys';
import {at, textAt, textMap} from './read';

export interface Guarded {
  id: string;
  wanted: string;
}

export interface Verdict {
  severity: string;
  rule: string;
  guarded: Guarded[];
}

// The verdict on an object; undefined: the plugin said nothing of it. No value of a Secret, whatever stands there.
export function readVerdict(object: unknown): Verdict | undefined {
  const notes = textMap(at(object, 'metadata', 'annotations'));
  const severity = notes[keys.severity] ?? '';
  if (severity === '') return undefined;
  const secret = textAt(object, 'kind') === 'Secret';
  const guarded = Object.entries(notes)
    .filter(([key]) => key.startsWith(keys.want_prefix))
    .map(([key, wanted]) => ({id: key.slice(keys.want_prefix.length), wanted: secret ? '(not shown)' : wanted}))
    .sort((left, right) => (left.id < right.id ? -1 : 1));
  return {severity, rule: notes[keys.rule] ?? '', guarded};
}
