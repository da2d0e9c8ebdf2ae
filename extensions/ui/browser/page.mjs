// One page in headless Chromium: our host at the address of a real argocd-server, which has the API, the session and extensions.js.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {chromium} from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'drift-ui-'));
const hosts = new Map();

function host(react) {
  if (!hosts.has(react)) {
    const file = join(folder, `host-${react}.js`);
    execFileSync(fileURLToPath(new URL('../build.sh', import.meta.url)), ['host', String(react), file]);
    hosts.set(react, readFileSync(file, 'utf8'));
  }
  return hosts.get(react);
}

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--disable-lcd-text',
    ],
  });

// As argo-ui's styles treat plain elements (src/styles/main.scss).
const argoUi = 'body{margin:0;font-family:sans-serif;font-size:16px}body button,body a,body span,body input{outline:none!important}h1,h2{color:#00a2b3}';

const html = theme => `<!DOCTYPE html>
<html lang="en"><head><meta charset="UTF-8"><title>Argo CD</title><base href="/"><style>${argoUi}</style></head>
<body><div class="theme-${theme}" style="background:${theme === 'dark' ? '#28292a' : '#fff'}"><main id="app"></main></div>
<script src="drift-host.js"></script><script src="extensions.js"></script></body></html>`;

// A page of that person at that argocd-server, with nothing shown yet. `errors` collects what went wrong in it. `serve`: answers by a part
// of the address, the first that fits, where there is no server.
export async function open(browser, {url, token, react = 19, theme = 'light', width = 1100, serve = {}}) {
  const context = await browser.newContext({viewport: {width, height: 900}});
  if (token) await context.addCookies([{name: 'argocd.token', value: token, url}]);
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', error => errors.push(String(error)));
  const elsewhere = [];
  page.on('request', request => request.url().startsWith(url) || elsewhere.push(request.url()));
  for (const [part, body] of Object.entries(serve).reverse()) await page.route(address => address.href.includes(part), route => route.fulfill({body}));
  await page.route('**/drift-host.js', route => route.fulfill({contentType: 'text/javascript', body: host(react)}));
  await page.route(`${url}/drift-host`, route => route.fulfill({contentType: 'text/html', body: html(theme)}));
  await page.goto(`${url}/drift-host`);
  return {page, context, errors, elsewhere};
}

// What axe finds that is serious or worse: `rule: element`.
export async function faults(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const found = await window.axe.run(document, {resultTypes: ['violations']});
    return found.violations
      .filter(one => ['serious', 'critical'].includes(one.impact))
      .flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 200)} ${node.any.map(check => check.message).join(' ')}`));
  });
}
