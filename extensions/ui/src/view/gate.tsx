// One gate: how it stands, who is asked, what was answered, the buttons, and what differs.
import {type AppRef, gate as readGate, page as readPage} from '../api/argocd';
import type {JobRef} from '../model/find';
import {type Asked, type Gate, isOpen, waits} from '../model/gate';
import {moment} from '../model/time';
import {Answers} from './answers';
import {Differences} from './differences';
import {useLoaded} from './load';
import {Code, Facts, Problem, Severity, Text} from './parts';

const every = 5; // seconds, while the gate is at work

function People({asked}: {asked: Asked[]}) {
  if (asked.length === 0) return null;
  return (
    <React.Fragment>
      {asked.map(one => (
        <div key={one.word}>
          <Text text={one.groups.length > 0 ? one.groups.join(' or ') : 'whoever may change this Job'} /> (<Text text={one.word} />
          {one.throughArgoCD ? '' : ', in their own name only'})
        </div>
      ))}
    </React.Fragment>
  );
}

const titles: Record<string, string> = {
  analysing: 'The gate is looking for drift',
  waiting: 'The gate waits for an answer',
  passed: 'The gate let the sync pass',
  refused: 'The gate refused the sync',
};

function facts(gate: Gate): [string, React.ReactNode][] {
  const now = Date.now();
  const time = (text: string) => (text ? <Text text={moment(text, now)} /> : '');
  const open = waits(gate);
  return [
    ['Drift', gate.severity ? <Severity name={gate.severity} /> : ''],
    ["Git's own changes", gate.changeSeverity ? <Severity name={gate.changeSeverity} /> : ''],
    ['Asked for', open ? (gate.stops ? 'an override of the stop' : 'approval') : ''],
    ['Who may answer', open ? <People asked={gate.asked} /> : ''],
    ['Answers', open && gate.needed > 0 ? `${gate.given} of ${gate.needed}` : ''],
    ['Waits since', time(gate.since)],
    ['Until', open ? time(gate.deadline) : ''],
    ['More people are told', open ? time(gate.escalatesAt) : ''],
    ['Why', gate.reason || gate.failure ? <Text text={gate.reason || gate.failure} /> : ''],
    ['Drift id', gate.drift ? <Code text={gate.drift} /> : ''],
    ['Job', <Code text={`${gate.namespace}/${gate.name}`} />],
  ];
}

function Given({gate}: {gate: Gate}) {
  if (gate.answers.length === 0) return null;
  return (
    <React.Fragment>
      <h3>Answers given</h3>
      <ul>
        {gate.answers.map((one, index) => (
          <li key={index}>
            {one.verb} by <Text text={one.person} />: <Text text={one.reason} />
            {one.drift !== gate.drift && ' (about other drift, so it counts no more)'}
          </li>
        ))}
      </ul>
    </React.Fragment>
  );
}

function Log({app, job, gate}: {app: AppRef; job: JobRef; gate: Gate}) {
  const [found, setFound] = React.useState(false);
  const key = `page ${app.name} ${job.name} ${gate.drift} ${gate.state}`;
  const page = useLoaded(key, () => readPage(app, job), found || !isOpen(gate) ? 0 : every);
  React.useEffect(() => setFound(page.value !== undefined), [page.value]);
  if (page.error) return <Problem text={`The page is in the log of the gate's pod, which can't be read: ${page.error}`} />;
  if (page.busy) return <p>Reading the gate&apos;s log…</p>;
  if (page.value) return <Differences page={page.value} />;
  return (
    <p>
      The gate&apos;s log has no page now. Kubernetes deletes it with the pod; the report stays: <code>drift-policy reports</code>, or{' '}
      <code>drift-policy gates show</code> while it waits.
    </p>
  );
}

export function GatePanel({app, job}: {app: AppRef; job: JobRef}) {
  const [open, setOpen] = React.useState(true);
  const loaded = useLoaded(`gate ${app.name} ${app.namespace} ${job.namespace} ${job.name}`, () => readGate(app, job), open ? every : 0);
  const gate = loaded.value;
  React.useEffect(() => setOpen(gate === undefined || isOpen(gate)), [gate]);
  if (!gate)
    return (
      <section>
        <h2>Gate</h2>
        {loaded.error ? <Problem text={loaded.error} /> : <p>{loaded.busy ? 'Reading the gate…' : 'This Job is no gate of drift-policy.'}</p>}
      </section>
    );
  return (
    <section>
      <h2>{gate.failure && isOpen({...gate, failure: ''}) ? 'The gate failed' : (titles[gate.state] ?? 'The gate begins')}</h2>
      {loaded.error && <Problem text={loaded.error} />}
      {gate.observes && <p>It only observes: nothing waits, whatever it finds.</p>}
      <Facts facts={facts(gate)} />
      {waits(gate) && !gate.failure && <Answers app={app} gate={gate} onAnswered={loaded.again} />}
      <Given gate={gate} />
      <h3>What differs</h3>
      <Log app={app} job={job} gate={gate} />
    </section>
  );
}
