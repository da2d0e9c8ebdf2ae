// Which Applications are ours, and where their gate's Job is.
import {keys} from '../keys';
import {at, isObject, listAt, textAt, textMap} from './read';

export interface JobRef {
  name: string;
  namespace: string;
}

const isGateName = (name: string) => /-[0-9a-f]{8}-gate$/u.test(name);

function byName(jobs: JobRef[]): JobRef[] {
  const seen = new Map(jobs.map(job => [`${job.namespace}/${job.name}`, job]));
  return [...seen.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

// The gates of the Application, one for each source: among the hooks of its last sync, and in its tree.
export function gatesOf(application: unknown, tree: unknown): JobRef[] {
  const hooks = listAt(application, 'status', 'operationState', 'syncResult', 'resources');
  const nodes = listAt(tree, 'nodes');
  return byName(
    [...hooks, ...nodes]
      .filter(entry => textAt(entry, 'kind') === 'Job' && textAt(entry, 'group') === 'batch' && isGateName(textAt(entry, 'name')))
      .map(entry => ({name: textAt(entry, 'name'), namespace: textAt(entry, 'namespace')})),
  );
}

// Whether the plugin has to do with it: it has a gate, the label `gated`, an incident, or a source that names the plugin.
export function isOurs(application: unknown): boolean {
  const sources = [at(application, 'spec', 'source'), ...listAt(application, 'spec', 'sources')];
  const plugin = sources.some(source => isObject(source) && textAt(source, 'plugin', 'name').startsWith('drift-policy'));
  const labels = textMap(at(application, 'metadata', 'labels'));
  const notes = textMap(at(application, 'metadata', 'annotations'));
  return plugin || labels[keys.gated] === 'true' || keys.incident in notes || gatesOf(application, undefined).length > 0;
}
