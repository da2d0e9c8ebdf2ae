import {expect, test} from 'vitest';
import {reasonOf, shown} from '../src/model/text';

test.each([
  ['plain text, ünïcode, 日本', 'plain text, ünïcode, 日本'],
  ['a\u0000b\nc\u001b[31m', 'a\\u{0}b\\u{a}c\\u{1b}[31m'],
  ['safe\u202Eetadpu', 'safe\\u{202e}etadpu'],
  ['a\u2066b\u2069\u200b\u061c', 'a\\u{2066}b\\u{2069}\\u{200b}\\u{61c}'],
  ['tag\u{e0041}', 'tag\\u{e0041}'],
  ['half \ud800', 'half \\u{d800}'],
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
])('%j is shown as %j', (text, expected) => expect(shown(text)).toBe(expected));

test('long text is cut', () => expect(shown('a'.repeat(3000), 10)).toBe(`${'a'.repeat(10)}…`));

test('a reason is one line without hidden characters', () => expect(reasonOf('  it was\n a\u202e test\u0007 ', 100)).toBe('it was a test'));

test('a reason is cut by bytes, between characters', () => expect(reasonOf('äääää', 5)).toBe('ää'));
