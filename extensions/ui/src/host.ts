// What Argo CD's page gives an extension, and takes from it (ui/src/app/shared/services/extensions-service.ts, 3.2 to 3.6). Objects come as
// the API has them; the model reads from them what it needs and believes none of it.
import type {ComponentType} from 'react';

export interface ApplicationProps {
  application: unknown;
  tree?: unknown;
}

export interface ResourceProps extends ApplicationProps {
  resource: unknown;
}

export interface StatusProps {
  application: unknown;
  openFlyout(): void;
}

export interface ExtensionsAPI {
  registerResourceExtension(component: ComponentType<ResourceProps>, group: string, kind: string, title: string, options?: {icon: string}): void;
  registerAppViewExtension(
    component: ComponentType<ApplicationProps>,
    title: string,
    icon: string,
    shouldDisplay?: (application: unknown) => boolean,
  ): void;
  registerStatusPanelExtension(component: ComponentType<StatusProps>, title: string, id: string, flyout?: ComponentType<ApplicationProps>): void;
}

declare global {
  interface Window {
    extensionsAPI?: ExtensionsAPI;
  }
}
