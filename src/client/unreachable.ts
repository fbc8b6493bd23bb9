/** No answer of the server's own came: the network, a proxy, a time limit. The same call may succeed later. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("The server was not reached.", { cause });
    this.name = "Unreachable";
  }
}
