import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {expect, test} from 'vitest';

const built = () => {
  const file = join(mkdtempSync(join(tmpdir(), 'drift-ui-')), 'extension.js');
  execFileSync(new URL('../build.sh', import.meta.url).pathname, [file]);
  return readFileSync(file, 'utf8');
};

test('what is delivered is small, has no React of its own and writes no markup', () => {
  const script = built();
  expect(gzipSync(script).length).toBeLessThan(30 * 1024);
  expect(script).not.toMatch(/__SECRET_INTERNALS|react\.element|innerHTML|dangerously|document\.write|\beval\(/u);
});
