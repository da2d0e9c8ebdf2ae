// Times for people, who read "in 3 h 20 min" better than a date. `now` is given, so that this stays pure.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function span(milliseconds: number): string {
  const length = Math.abs(milliseconds);
  if (length < minute) return 'less than a minute';
  if (length < hour) return `${Math.floor(length / minute)} min`;
  const [big, small, unit, part] = length < day ? [hour, minute, 'h', 'min'] : [day, hour, 'd', 'h'];
  const rest = Math.floor((length % big) / small);
  return `${Math.floor(length / big)} ${unit}${rest > 0 ? ` ${rest} ${part}` : ''}`;
}

// `2026-11-30T10:00:00Z, in 20 min`; the text as it is where it is no time.
export function moment(text: string, now: number): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return text;
  return `${text}, ${time > now ? `in ${span(time - now)}` : `${span(now - time)} ago`}`;
}
