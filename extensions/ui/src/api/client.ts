// Argo CD's REST API with the user's own session: the cookie goes along by itself, and requests go nowhere else.
import {isObject, parsed, textAt} from '../model/read';
import {shown} from '../model/text';

// A request that failed; `status` 0: there was no answer.
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const means: Record<number, string> = {
  401: 'Your session in Argo CD has ended: log in again.',
  403: "Argo CD's RBAC doesn't let you do this.",
  404: 'Argo CD has no such object (any more).',
};

function message(status: number, body: string): string {
  const said = parsed(body);
  const detail = shown(textAt(said, 'message') || textAt(said, 'error'), 300);
  const meaning = means[status] ?? `Argo CD answered with ${status}.`;
  return detail ? `${meaning} It says: ${detail}` : meaning;
}

// Argo CD's page may lie below a path, which its <base> tells.
function address(path: string, query: Record<string, string>): string {
  const url = new URL(`api/v1/${path}`, document.baseURI);
  url.search = new URLSearchParams(query).toString();
  return url.toString();
}

async function send(url: string, init: RequestInit): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, {credentials: 'same-origin', cache: 'no-store', redirect: 'error', ...init});
  } catch {
    throw new ApiError(0, "Argo CD can't be reached. Is the network there, and are you still logged in?");
  }
  const body = await response.text();
  if (!response.ok) throw new ApiError(response.status, message(response.status, body));
  return body;
}

export const getText = (path: string, query: Record<string, string> = {}) => send(address(path, query), {});

export const getJson = async (path: string, query: Record<string, string> = {}) => parsed(await getText(path, query));

export const postJson = async (path: string, body: unknown) => {
  const headers = {'Content-Type': 'application/json'};
  const answer = parsed(await send(address(path, {}), {method: 'POST', headers, body: JSON.stringify(body)}));
  return isObject(answer) ? answer : {};
};
