// As Argo CD 3.2 to 3.4.
import * as React from 'react';
import * as ReactDOM from 'react-dom';
import {start} from './host.mjs';

start(React, (element, place) => {
  ReactDOM.unmountComponentAtNode(place);
  ReactDOM.render(element, place);
});
