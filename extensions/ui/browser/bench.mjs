// How long until the page of a gate is there, with 200 objects that differ: from showing it to the table's last row, in Chromium, with an
// API that answers at once. Prints the median of 20. `tools/ui bench` runs it.
import {readFileSync} from 'node:fs';
import {gzipSync} from 'node:zlib';
import {launch, open} from './page.mjs';

const url = 'http://argocd.invalid';
const script = readFileSync(new URL('../dist/extension-drift-policy.js', import.meta.url));
const domain = 'drift-policy.dev/';
const job = {
  kind: 'Job',
  metadata: {
    name: 'shop-1a2b3c4d-gate',
    namespace: 'drift-policy',
    labels: {'app.kubernetes.io/component': 'gate', 'app.kubernetes.io/managed-by': 'drift-policy'},
    annotations: {[`${domain}state`]: 'waiting', [`${domain}drift`]: 'ab', [`${domain}asks`]: 'medium', [`${domain}through-argocd`]: 'medium'},
  },
};
const objects = Array.from({length: 200}, (_, index) => ({
  kind: 'Deployment', namespace: 'shop', name: `web-${index}`, state: 'drifted', severity: 'medium', rule: 'baseline/workloads',
  differences: [{pointer: '/spec/replicas', change: 'changed', wanted: '2', live: '5', severity: 'medium', last: {manager: 'kubectl', operation: 'Update', time: '2026-11-26T12:04:00Z'}}],
}));
const log = JSON.stringify({result: {content: JSON.stringify({decision: 'wait', report: {drift: 'ab', objects}})}});
const answers = {
  'extensions.js': script, '/actions': '{"actions":[{"name":"approve"},{"name":"reject"}]}', '/logs': log,
  '/resource': JSON.stringify({manifest: JSON.stringify(job)}),
};

async function once(browser, react) {
  const {page, context} = await open(browser, {url, react, serve: answers});
  const took = await page.evaluate(
    resource =>
      new Promise(resolve => {
        const began = performance.now();
        const look = () => document.querySelectorAll('tbody tr').length === 200 && (observer.disconnect(), requestAnimationFrame(() => resolve(performance.now() - began)));
        const observer = new MutationObserver(look);
        observer.observe(document.getElementById('app'), {childList: true, subtree: true});
        window.driftHost.show('resource', {application: {metadata: {name: 'shop'}, spec: {}}, resource});
      }),
    job,
  );
  await context.close();
  return took;
}

const browser = await launch();
for (const react of [16, 19]) {
  const times = [];
  for (let turn = 0; turn < 20; turn++) times.push(await once(browser, react));
  times.sort((left, right) => left - right);
  console.log(`React ${react}: 200 objects after ${times[10].toFixed(0)} ms (median of 20; ${times[0].toFixed(0)} to ${times[19].toFixed(0)})`);
}
console.log(`size: ${script.length} bytes, ${gzipSync(script).length} gzipped`);
await browser.close();
