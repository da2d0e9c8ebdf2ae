// An Application: drift that the controller knows of, its gates, and where its records are.
import {appRef, gate as readGate} from '../api/argocd';
import type {ApplicationProps, StatusProps} from '../host';
import {gatesOf, isOurs} from '../model/find';
import {type Gate, isOpen, waits} from '../model/gate';
import {type Incident, readIncident} from '../model/incident';
import {moment} from '../model/time';
import {GatePanel} from './gate';
import {useLoaded} from './load';
import {Code, Facts, Frame, Problem, Severity, Text} from './parts';

function IncidentPanel({incident}: {incident: Incident}) {
  const now = Date.now();
  return (
    <section>
      <h2>Open incident</h2>
      <Facts
        facts={[
          ['Drift', incident.severity ? <Severity name={incident.severity} /> : ''],
          ['State', <Text text={incident.state} />],
          ['Why', <Text text={incident.reason} />],
          ['Since', <Text text={moment(incident.since, now)} />],
          ['Syncs tried', String(incident.attempts)],
          ['Incident', <Code text={incident.id} />],
        ]}
      />
      <ul>
        {incident.objects.map((object, index) => (
          <li key={index}>
            <Text text={object} />
          </li>
        ))}
        {incident.more > 0 && <li>{incident.more} more</li>}
      </ul>
    </section>
  );
}

const History = () => (
  <section>
    <h2>History</h2>
    <p>
      Argo CD&apos;s API has no records: they lie in the hooks&apos; namespace. <code>drift-policy audit list</code> shows who decided what, and{' '}
      <code>drift-policy audit list --incidents</code> also what drifted between the syncs. Argo CD&apos;s own history is under{' '}
      <em>History and rollback</em>.
    </p>
  </section>
);

export function ApplicationPage({application, tree}: ApplicationProps) {
  const app = appRef(application);
  const gates = gatesOf(application, tree);
  const incident = readIncident(application);
  if (!isOurs(application))
    return (
      <Frame>
        <p>drift-policy doesn&apos;t render this Application, and no gate guards it.</p>
      </Frame>
    );
  return (
    <Frame>
      {incident && <IncidentPanel incident={incident} />}
      {gates.map(job => (
        <GatePanel key={`${job.namespace}/${job.name}`} app={app} job={job} />
      ))}
      {gates.length === 0 && (
        <section>
          <h2>No gate</h2>
          <p>No gate has run in the last sync. It runs before the next full sync applies anything.</p>
        </section>
      )}
      <History />
    </Frame>
  );
}

// The gate that matters most: one that waits, then one that is at work, then any.
function foremost(gates: (Gate | undefined)[]): Gate | undefined {
  const all = gates.filter((gate): gate is Gate => gate !== undefined);
  return all.find(waits) ?? all.find(isOpen) ?? all.find(gate => gate.state === 'refused') ?? all[0];
}

function summary(gate: Gate | undefined, incident: Incident | undefined): string {
  if (gate && waits(gate)) return gate.stops ? 'stopped: an override is asked for' : 'waits for approval';
  if (incident) return `drift: ${incident.state}`;
  return gate?.state ? `gate ${gate.state}` : 'no open drift known';
}

export function StatusPanel({application, openFlyout}: StatusProps) {
  const app = appRef(application);
  const jobs = gatesOf(application, undefined);
  const key = `status ${app.name} ${app.namespace} ${jobs.map(job => job.name).join(' ')}`;
  const ours = isOurs(application);
  const loaded = useLoaded(key, () => Promise.all((ours ? jobs : []).map(job => readGate(app, job))), ours ? 15 : 0);
  if (!ours) return null;
  const gate = foremost(loaded.value ?? []);
  const incident = readIncident(application);
  const since = gate && waits(gate) ? gate.since : (incident?.since ?? '');
  return (
    <div className='application-status-panel__item'>
      <Frame className='drift-policy-status'>
        <div className='quiet'>DRIFT POLICY</div>
        <div>
          <Severity name={(gate && waits(gate) ? gate.severity || gate.changeSeverity : incident?.severity) ?? ''} />{' '}
          <button type='button' className='plain' onClick={openFlyout}>
            <Text text={loaded.busy && jobs.length > 0 ? 'reading the gate…' : summary(gate, incident)} />
          </button>
        </div>
        {since && (
          <div className='quiet'>
            since <Text text={moment(since, Date.now())} />
          </div>
        )}
        {loaded.error && <Problem text={loaded.error} />}
      </Frame>
    </div>
  );
}
