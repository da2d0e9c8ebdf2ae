// As Argo CD 3.5 and 3.6.
import * as React from 'react';
import {createRoot} from 'react-dom/client';
import {start} from './host.mjs';

let root;
start(React, (element, place) => {
  root?.unmount();
  root = createRoot(place);
  root.render(element);
});
