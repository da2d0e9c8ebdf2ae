// The tab that Argo CD shows on every object: a gate's Job has its page, an Application its own, anything else what the policy says of it.
import {appRef} from '../api/argocd';
import type {ResourceProps} from '../host';
import {isGate} from '../model/gate';
import {readVerdict} from '../model/object';
import {textAt} from '../model/read';
import {ApplicationPage} from './application';
import {GatePanel} from './gate';
import {Code, Facts, Frame, Severity, Text} from './parts';

function ObjectPanel({resource}: {resource: unknown}) {
  const verdict = readVerdict(resource);
  if (!verdict) return <p>The policy has written nothing on this object: it isn&apos;t in Git, or no rule matches it.</p>;
  return (
    <section>
      <h2>What the policy says of this object</h2>
      <Facts
        facts={[
          ['Severity', <Severity name={verdict.severity} />],
          ['Rule', verdict.rule ? <Text text={verdict.rule} /> : ''],
        ]}
      />
      {verdict.guarded.length === 0 ? (
        <p>No field has a severity of its own here.</p>
      ) : (
        <table>
          <caption>Guarded fields, and what Git wants of them</caption>
          <thead>
            <tr>
              <th scope='col'>Field</th>
              <th scope='col'>Git wants</th>
            </tr>
          </thead>
          <tbody>
            {verdict.guarded.map(field => (
              <tr key={field.id}>
                <th scope='row'>
                  <Text text={field.id} />
                </th>
                <td>
                  <Code text={field.wanted} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function ResourceTab({application, resource, tree}: ResourceProps) {
  // Argo CD gives an application's own tab the Application as its API has it, which may be without a kind.
  const uid = textAt(application, 'metadata', 'uid');
  if (uid !== '' && textAt(resource, 'metadata', 'uid') === uid) return <ApplicationPage application={application} tree={tree} />;
  if (!isGate(resource))
    return (
      <Frame>
        <ObjectPanel resource={resource} />
      </Frame>
    );
  const job = {name: textAt(resource, 'metadata', 'name'), namespace: textAt(resource, 'metadata', 'namespace')};
  return (
    <Frame>
      <GatePanel app={appRef(application)} job={job} />
    </Frame>
  );
}
