import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {keys} from '../src/keys';

test('each key is the one of that name in plugin/base/keys.hpp', () => {
  const header = readFileSync(new URL('../../../plugin/base/keys.hpp', import.meta.url), 'utf8');
  const list = Object.fromEntries([...header.matchAll(/constexpr const char\* (\w+) = "([^"]+)";/gu)].map(found => [found[1], found[2]]));
  expect(Object.keys(list).length).toBeGreaterThan(25);
  for (const [name, key] of Object.entries(keys)) expect([name, list[name]]).toEqual([name, key]);
});
