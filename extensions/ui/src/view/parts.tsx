// Small parts that all pages are made of.
import {shown} from '../model/text';
import {css} from './style';

type Children = {children?: React.ReactNode};

// A page of ours with its style.
export function Frame({children, className = ''}: Children & {className?: string}) {
  return (
    <div className={`drift-policy ${className}`}>
      <style>{css}</style>
      {children}
    </div>
  );
}

// Text from the cluster.
export const Text = ({text, most}: {text: string; most?: number}) => <React.Fragment>{shown(text, most)}</React.Fragment>;

export const Code = ({text}: {text: string}) => (
  <code>
    <Text text={text} />
  </code>
);

export const Severity = ({name}: {name: string}) =>
  name === '' ? null : (
    <span className='severity'>
      <Text text={name} most={63} />
    </span>
  );

// Names and values, without those that have none.
export function Facts({facts}: {facts: [string, React.ReactNode][]}) {
  return (
    <dl>
      {facts
        .filter(([, value]) => value !== '' && value !== null && value !== undefined)
        .map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
    </dl>
  );
}

export const Problem = ({text}: {text: string}) => (
  <p className='warn' role='alert'>
    <Text text={text} />
  </p>
);
