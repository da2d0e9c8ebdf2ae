// Registers the pages with Argo CD's (docs/ui.md).
import {isOurs} from './model/find';
import {ApplicationPage, StatusPanel} from './view/application';
import {ResourceTab} from './view/resource';

const title = 'Drift policy';
const host = window.extensionsAPI;

if (host) {
  // One tab for every kind: two that match would be two tabs.
  host.registerResourceExtension(ResourceTab, '**', '*', title, {icon: 'fa fa-shield-alt'});
  host.registerAppViewExtension(ApplicationPage, title, 'fa-shield-alt', isOurs);
  host.registerStatusPanelExtension(StatusPanel, title, 'drift_policy', ApplicationPage);
}
