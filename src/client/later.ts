/**
 * What a client needs only after its first connection is open, or could not be opened: all that goes over HTTP, and what
 * befalls a connection in time. A chunk of its own, so that a page's first bytes stay few; it is loaded as soon as the first
 * connection is open, since in trouble it may be too late.
 */
export { Answers } from "./answers.ts";
export { Errands } from "./errands.ts";
export { Http } from "./http.ts";
export { HttpSocket } from "./http-socket.ts";
export { Ladder } from "./ladder.ts";
export { pageLifecycle } from "./lifecycle.ts";
export { Renewal } from "./renewal.ts";
export { Upgrade } from "./upgrade.ts";
export { Vigil } from "./vigil.ts";
