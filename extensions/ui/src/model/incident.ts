// What the controller says of drift between syncs, in an annotation of the Application (docs/remediation.md). It is for reading alone.
import {keys} from '../keys';
import {at, isObject, numberAt, parsed, textAt, textMap, textsAt} from './read';

export interface Incident {
  id: string;
  state: string;
  severity: string;
  action: string;
  reason: string;
  since: string;
  changed: string;
  attempts: number;
  objects: string[];
  more: number;
}

// The incident of an Application that isn't over; undefined: none, or not readable.
export function readIncident(application: unknown): Incident | undefined {
  const note = parsed(textMap(at(application, 'metadata', 'annotations'))[keys.incident] ?? '');
  if (!isObject(note)) return undefined;
  const state = textAt(note, 'state');
  if (state === '' || state === 'resolved' || state === 'superseded') return undefined;
  return {
    id: textAt(note, 'id'),
    state,
    severity: textAt(note, 'severity'),
    action: textAt(note, 'action'),
    reason: textAt(note, 'reason'),
    since: textAt(note, 'since'),
    changed: textAt(note, 'changed'),
    attempts: numberAt(note, 'attempts'),
    objects: textsAt(note, 'objects'),
    more: numberAt(note, 'more'),
  };
}
