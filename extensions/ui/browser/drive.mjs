// Drives pages for tests/e2e/test_ui.py: a line of JSON in, `{"do": …}`, a line of JSON out. Chromium stays between them.
import {execFileSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {faults, launch, open} from './page.mjs';

const browser = await launch();
let current;

// Gets what Argo CD's own page would have at hand, by its API, and shows that view.
function show({view, application, resource}) {
  return current.page.evaluate(
    async ([view, name, wanted]) => {
      const get = async path => {
        const response = await fetch(`/api/v1/applications/${name}${path}`);
        if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
        return response.json();
      };
      const [application, tree] = await Promise.all([get(''), get('/resource-tree')]);
      let resource = application;
      if (wanted) resource = JSON.parse((await get(`/resource?${new URLSearchParams(wanted)}`)).manifest);
      window.driftHost.show(view, {application, tree, resource});
    },
    [view, application, resource],
  );
}

function buttons() {
  return current.page.$$eval('main button', all =>
    all.map(one => ({
      name: one.textContent,
      off: one.getAttribute('aria-disabled') === 'true',
      says: document.getElementById(one.getAttribute('aria-describedby') ?? '')?.textContent ?? '',
    })),
  );
}

// What has the keyboard, and the line around it that says so.
const focused = () =>
  current.page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    return [element.textContent || element.tagName, getComputedStyle(element).outlineStyle];
  });

const does = {
  async open(request) {
    await current?.context.close();
    current = await open(browser, request);
  },
  show,
  wait: ({text, seconds = 30}) => current.page.getByText(text).first().waitFor({timeout: seconds * 1000}),
  waitGone: ({text, seconds = 30}) => current.page.getByText(text).first().waitFor({state: 'detached', timeout: seconds * 1000}),
  waitOn: ({name, seconds = 30}) => current.page.locator(`main button[aria-disabled=false]`, {hasText: name}).waitFor({timeout: seconds * 1000}),
  text: () => current.page.locator('main').innerText(),
  html: () => current.page.content(),
  buttons,
  rows: () => current.page.$$eval('main tbody tr', rows => rows.map(row => [...row.cells].map(cell => cell.innerText))),
  fill: ({text}) => current.page.locator('main input').fill(text),
  // Forced: one that is off is clicked too, as people do.
  click: ({name}) => current.page.getByRole('button', {name}).click({force: true}),
  focus: () => current.page.locator('main input').focus(),
  async press({key}) {
    await current.page.keyboard.press(key);
    return focused();
  },
  faults: () => faults(current.page),
  problems: () => ({errors: current.errors, elsewhere: current.elsewhere}),
  registered: () =>
    current.page.evaluate(() =>
      Object.fromEntries(
        Object.entries(window.driftHost.registered).map(([what, all]) => [what, all.map(({component, flyout, shouldDisplay, ...rest}) => rest)]),
      ),
    ),
  async picture({path}) {
    await current.page.setViewportSize({width: 900, height: 900});
    const input = await current.page.locator('main').screenshot();
    writeFileSync(path, execFileSync('pngquant', ['--strip', '-'], {input, maxBuffer: 2 ** 24}));
  },
};

for await (const line of createInterface({input: process.stdin})) {
  const {do: what, ...request} = JSON.parse(line);
  let answer;
  try {
    answer = {value: (await does[what](request)) ?? null};
  } catch (error) {
    answer = {error: String(error?.stack ?? error)};
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();
