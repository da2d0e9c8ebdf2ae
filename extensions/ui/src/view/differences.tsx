// The gate's page as a table: a line for each field that differs.
import type {Page, Row} from '../model/report';
import {Code, Severity, Text} from './parts';

function Line({row}: {row: Row}) {
  return (
    <tr>
      <td>
        <Severity name={row.severity} />
      </td>
      <th scope='row'>
        <Text text={row.object} />
        {row.rule && (
          <div className='quiet'>
            rule <Text text={row.rule} />
          </div>
        )}
      </th>
      <td>
        {row.pointer ? <Code text={row.pointer} /> : 'the whole object'}
        {row.guarded && (
          <div className='quiet'>
            guarded: <Text text={row.guarded} />
          </div>
        )}
      </td>
      <td>
        <Text text={row.what} />
      </td>
      <td>{row.before && <Code text={row.before} />}</td>
      <td>{row.after && <Code text={row.after} />}</td>
      <td>
        <Text text={row.who} />
        {row.when && (
          <div className='quiet'>
            <Text text={row.when} />
          </div>
        )}
      </td>
    </tr>
  );
}

const columns = ['Severity', 'Object', 'Field', 'What', 'There now', 'What a sync writes', 'Written last by'];

export function Differences({page}: {page: Page}) {
  if (page.rows.length === 0) return <p>No difference counts as drift. Objects compared: {page.inspected}.</p>;
  return (
    <div className='scroll' role='region' aria-label='Differences' tabIndex={0}>
      <table>
        <caption>
          {page.rows.length} {page.rows.length === 1 ? 'difference' : 'differences'}, {page.inspected} objects compared
          {page.hiddenRows > 0 && `, ${page.hiddenRows} more are not listed`}. Who wrote a field is what Kubernetes noted down: the name that a
          program gave itself.
        </caption>
        <thead>
          <tr>
            {columns.map(name => (
              <th key={name} scope='col'>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.rows.map((row, index) => (
            <Line key={index} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
