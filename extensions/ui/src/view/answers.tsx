// The reason, and a button for each answer that is asked for. A button that is off stays in the order of the keyboard, since it says why.
import {type AppRef, actions, answer, longestReason, right} from '../api/argocd';
import {type Offer, offers, type Right, verbsOf} from '../model/answering';
import type {Gate, Verb} from '../model/gate';
import {reasonOf} from '../model/text';
import {useLoaded} from './load';
import {Problem, Text} from './parts';

async function rightsOf(app: AppRef, gate: Gate): Promise<Partial<Record<Verb, Right>>> {
  const verbs = verbsOf(gate);
  const found = await Promise.all(verbs.map(verb => right(app, gate, verb)));
  return Object.fromEntries(verbs.map((verb, index) => [verb, found[index]]));
}

let forms = 0; // React 16 has no useId

function OfferLine({offer, id, disabled, onPick}: {offer: Offer; id: string; disabled: boolean; onPick(): void}) {
  const off = disabled || offer.why !== '';
  return (
    <div className='offer'>
      <button type='button' aria-disabled={off} aria-describedby={id} onClick={off ? undefined : onPick}>
        {offer.label}
      </button>
      <span id={id} className={offer.why ? 'warn' : 'quiet'}>
        <Text text={offer.why || offer.effect} />
      </span>
    </div>
  );
}

export function Answers({app, gate, onAnswered}: {app: AppRef; gate: Gate; onAnswered(): void}) {
  const [id] = React.useState(() => `drift-policy-answer-${++forms}`);
  const [reason, setReason] = React.useState('');
  const [said, setSaid] = React.useState('');
  const [problem, setProblem] = React.useState('');
  const [busy, setBusy] = React.useState(false);
  const key = [app.name, app.namespace, gate.name, gate.drift, gate.stops].join(' ');
  const rights = useLoaded(`rights ${key}`, () => rightsOf(app, gate), 0);
  const offered = useLoaded(`actions ${key}`, () => actions(app, gate), 0);

  async function give(offer: Offer) {
    setProblem('');
    if (reasonOf(reason, longestReason) === '') {
      setProblem('Say why first: the reason is recorded with the answer.');
      document.getElementById(`${id}-reason`)?.focus();
      return;
    }
    setBusy(true);
    try {
      await answer(app, gate, offer.verb, reason);
      setSaid(`${offer.label}: sent to the gate.`);
      setReason('');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : 'The answer could not be sent.');
    }
    setBusy(false);
    onAnswered();
  }

  return (
    <div>
      <label htmlFor={`${id}-reason`}>Why (recorded with the answer)</label>
      <input id={`${id}-reason`} type='text' autoComplete='off' maxLength={longestReason} value={reason} onChange={event => setReason(event.target.value)} />
      {offers(gate, rights.value ?? {}, offered.value).map(offer => (
        <OfferLine key={offer.verb} offer={offer} id={`${id}-${offer.verb}`} disabled={busy || rights.busy} onPick={() => void give(offer)} />
      ))}
      {problem && <Problem text={problem} />}
      <p role='status'>{said}</p>
      <p className='quiet'>
        Argo CD passes an answer on under its own account. The record says your name as a claim: &quot;through Argo CD, as it says&quot;.
      </p>
    </div>
  );
}
