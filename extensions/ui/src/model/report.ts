// What the gate found, as it writes it into its log: one line of JSON for each decision, the report in it (docs/drift.md). It holds no value
// of a Secret: the gate leaves these out before it writes anything.
import {isObject, listAt, numberAt, parsed, textAt} from './read';

export interface Row {
  object: string; // `Service shop/web`
  pointer: string; // empty: the whole object
  guarded: string;
  what: string; // drifted: changed, deleted, …; changed by Git
  severity: string;
  before: string; // as it is in the cluster, or was in Git
  after: string; // what the sync writes
  who: string;
  when: string;
  rule: string;
  byGit: boolean;
}

export interface Page {
  drift: string;
  severity: string;
  inspected: number;
  rows: Row[];
  hiddenRows: number; // that the gate counted and did not list
}

// Rows that a page shows at most: what a person can read.
export const mostRows = 2000;

// The gate leaves out a value that isn't there, and one that must not be shown.
const nothing = '(not there, or not shown)';
const hidden = '(never shown)';

function nameOf(object: unknown): string {
  const namespace = textAt(object, 'namespace');
  return `${textAt(object, 'kind')} ${namespace ? `${namespace}/` : ''}${textAt(object, 'name')}`;
}

const isSecret = (object: unknown) => textAt(object, 'kind') === 'Secret';

// A value as text; of a Secret never, whatever is written there.
function value(object: unknown, text: unknown): string {
  if (isSecret(object)) return hidden;
  return typeof text === 'string' ? text || '""' : nothing;
}

function who(last: unknown): string {
  const subresource = textAt(last, 'subresource');
  const by = textAt(last, 'manager');
  return by ? `${by} (${textAt(last, 'operation')}${subresource ? `, ${subresource}` : ''})` : '';
}

function driftRow(object: unknown, difference: unknown): Row {
  const fields = isObject(difference) ? difference : {};
  return {
    object: nameOf(object),
    pointer: textAt(fields, 'pointer'),
    guarded: textAt(fields, 'guarded'),
    what: textAt(fields, 'change'),
    severity: textAt(fields, 'severity'),
    before: value(object, fields['live']),
    after: value(object, fields['wanted']),
    who: who(fields['last']),
    when: textAt(fields, 'last', 'time'),
    rule: textAt(object, 'rule'),
    byGit: false,
  };
}

function wholeRow(object: unknown, what: string, byGit: boolean): Row {
  const unread = textAt(object, 'unread');
  return {
    object: nameOf(object),
    pointer: '',
    guarded: '',
    what: unread ? `${what} (${unread})` : what,
    severity: textAt(object, 'severity'),
    before: '',
    after: '',
    who: '',
    when: '',
    rule: textAt(object, 'rule'),
    byGit,
  };
}

function driftOf(object: unknown): Row[] {
  if (textAt(object, 'severity') === '') return [];
  const rows = listAt(object, 'differences').map(difference => driftRow(object, difference));
  return rows.length > 0 ? rows : [wholeRow(object, textAt(object, 'state'), false)];
}

function changeOf(object: unknown): Row[] {
  const rows = listAt(object, 'fields').map(field => ({
    ...driftRow(object, field),
    what: 'changed by Git',
    before: value(object, isObject(field) ? field['before'] : undefined),
    after: value(object, isObject(field) ? field['after'] : undefined),
    byGit: true,
  }));
  return rows.length > 0 ? rows : [wholeRow(object, `${textAt(object, 'change')} by Git`, true)];
}

function readPage(report: unknown): Page {
  const objects = listAt(report, 'objects');
  const rows = [...objects.flatMap(driftOf), ...listAt(report, 'changes', 'objects').flatMap(changeOf)];
  const more = objects.reduce<number>((sum, object) => sum + numberAt(object, 'more'), 0);
  const omitted = numberAt(report, 'changes', 'omitted');
  return {
    drift: textAt(report, 'drift'),
    severity: textAt(report, 'severity'),
    inspected: numberAt(report, 'inspected'),
    rows: rows.slice(0, mostRows),
    hiddenRows: more + omitted + Math.max(0, rows.length - mostRows),
  };
}

// The newest page in a log; undefined: it holds none (yet).
export function pageIn(lines: readonly string[]): Page | undefined {
  for (let index = lines.length - 1; index >= 0; index--) {
    const line = lines[index] ?? '';
    if (!line.startsWith('{')) continue;
    const decision = parsed(line);
    if (isObject(decision) && isObject(decision['report'])) return readPage(decision['report']);
  }
  return undefined;
}
