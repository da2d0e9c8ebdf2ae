// Loading for components: what was loaded last, what went wrong, and again every so often while somebody looks.

export interface Loaded<Value> {
  value?: Value;
  error?: string;
  busy: boolean;
  again(): void;
}

const reasonIn = (error: unknown) => (error instanceof Error ? error.message : 'Something went wrong.');

// Loads when `key` changes, when `again` is called, and every `seconds` unless `seconds` is 0 or the page is hidden.
export function useLoaded<Value>(key: string, load: () => Promise<Value>, seconds: number): Loaded<Value> {
  const [state, setState] = React.useState<{key: string; value?: Value; error?: string}>({key: ''});
  const [turn, setTurn] = React.useState(0);
  React.useEffect(() => {
    let current = true;
    load().then(
      value => current && setState({key, value}),
      (error: unknown) => current && setState(old => ({...(old.key === key ? old : {}), key, error: reasonIn(error)})),
    );
    return () => {
      current = false;
    };
  }, [key, turn]);
  React.useEffect(() => {
    if (seconds === 0) return undefined;
    const timer = setInterval(() => document.hidden || setTurn(old => old + 1), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
  const again = () => setTurn(old => old + 1);
  return state.key === key ? {...state, busy: false, again} : {busy: true, again};
}
