import {expect, test} from 'vitest';
import {keys} from '../src/keys';
import {command, offers, type Right} from '../src/model/answering';
import {type Gate, readGate, type Verb} from '../src/model/gate';
import {drift, gateJob} from './objects';

const all = ['approve', 'reject', 'override'];
const gate = (notes: Record<string, string> = {}) => readGate(gateJob(notes)) as Gate;
const why = (one: Gate, rights: Partial<Record<Verb, Right>> = {}, offered: string[] | undefined = all) =>
  Object.fromEntries(offers(one, rights, offered).map(offer => [offer.verb, offer.why]));

test('with the right, both answers can be given', () => expect(why(gate(), {approve: 'yes', reject: 'yes'})).toEqual({approve: '', reject: ''}));

test('what is not known leaves the button on: the server decides', () => expect(why(gate(), {approve: 'unknown'}, undefined)).toEqual({approve: '', reject: ''}));

test('without the right the button says which one is missing', () => {
  const found = why(gate(), {approve: 'no', reject: 'yes'});
  expect(found['approve']).toContain('action/batch/Job/approve');
  expect(found['reject']).toBe('');
});

test('a stop is overridden, not approved', () => {
  expect(Object.keys(why(gate({[keys.asks_for]: 'override'})))).toEqual(['override', 'reject']);
});

test('where people answer in their own name, the button says how; a no through Argo CD always counts', () => {
  const found = why(gate({[keys.through_argocd]: ''}));
  expect(found['approve']).toContain('drift-policy approve shop -n drift-policy');
  expect(found['reject']).toBe('');
});

test('of two that are asked both must take an answer through Argo CD', () => {
  expect(why(gate({[keys.asks]: 'medium high.changes'}))['approve']).toContain('in their own name');
});

test('an answer through Argo CD counts once', () => {
  const note = {[`approve${keys.answer_suffix}argocd-${drift}`]: `${drift} argocd: seen`};
  expect(why(gate(note))['approve']).toContain('one person');
});

test('nothing is answered where nothing waits', () => expect(why(gate({[keys.state]: 'passed'}))['approve']).toContain('the gate is passed'));

test("without deploy/actions the page says so", () => expect(why(gate(), {}, ['terminate'])['approve']).toContain('deploy/actions'));

test('a command to copy holds names alone', () => {
  expect(command({...gate(), application: 'x; rm -rf ~'})).toBe('drift-policy approve APPLICATION -n drift-policy');
});
