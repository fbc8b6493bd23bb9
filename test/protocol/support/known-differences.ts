/** Vectors that the server does not keep yet, by file and name, with what it does instead. Each has to fail until then. */
export const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
  "cancel: a REST caller gets 409": "the answer leaves out the requestId",
  "http: my streams: empty parameters are none": "an empty state is bad_request",
  "poll: a frame above 128 KB has its text empty, and an href": "a long poll sends it whole",
};
