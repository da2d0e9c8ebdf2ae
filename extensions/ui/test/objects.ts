// Objects as Argo CD's API has them, for tests.
import {keys} from '../src/keys';

export const drift = '4be1a07c92d3e85f61027b9c4d8ea350';

export function gateJob(notes: Record<string, string> = {}, more: Record<string, unknown> = {}): unknown {
  return {
    kind: 'Job',
    metadata: {
      name: 'shop-1a2b3c4d-gate',
      namespace: 'drift-policy',
      labels: {'app.kubernetes.io/component': 'gate', 'app.kubernetes.io/managed-by': 'drift-policy'},
      annotations: {
        [keys.application]: 'shop',
        [keys.state]: 'waiting',
        [keys.drift]: drift,
        [keys.drift_severity]: 'medium',
        [keys.asks]: 'medium',
        [keys.asks_for]: 'approve',
        [keys.approvals_needed]: '1',
        [keys.approvals_given]: '0',
        [keys.through_argocd]: 'low medium',
        [`${keys.approvers_prefix}medium`]: 'platform\nsre',
        ...notes,
      },
    },
    ...more,
  };
}
