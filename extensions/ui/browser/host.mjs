// A page that loads extensions as Argo CD's does (ui/src/app/index.tsx and extensions-service.ts): React as a global, extensionsAPI with
// the same functions, then extensions.js. For tests; nothing of it is delivered.
export function start(React, render) {
  const registered = {resource: [], appView: [], statusPanel: []};
  window.React = React;
  window.extensionsAPI = {
    registerResourceExtension: (component, group, kind, title, options) => registered.resource.push({component, group, kind, title, options}),
    registerAppViewExtension: (component, title, icon, shouldDisplay) => registered.appView.push({component, title, icon, shouldDisplay}),
    registerStatusPanelExtension: (component, title, id, flyout) => registered.statusPanel.push({component, title, id, flyout}),
  };
  // What Argo CD's pages put where: `view` is resource, appView, statusPanel or flyout.
  window.driftHost = {
    registered,
    show(view, props) {
      const component = view === 'flyout' ? registered.statusPanel[0].flyout : registered[view][0].component;
      const openFlyout = () => window.driftHost.show('flyout', props);
      render(React.createElement(component, {...props, openFlyout}), document.getElementById('app'));
    },
  };
}
