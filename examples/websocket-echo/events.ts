/** What these handlers need of API Gateway's events. */
export interface WebSocketEvent {
  readonly requestContext: {
    readonly routeKey: string;
    readonly connectionId: string;
    /** What the authorizer found out, on every event of the connection. */
    readonly authorizer?: Readonly<Record<string, unknown>>;
    readonly disconnectStatusCode?: number;
  };
  /** On `$connect`, in the case that the client wrote them. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AuthorizerEvent {
  readonly methodArn: string;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
}

export interface Result {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AuthorizerResult {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Version: "2012-10-17";
    readonly Statement: readonly {
      readonly Action: "execute-api:Invoke";
      readonly Effect: "Allow" | "Deny";
      readonly Resource: string;
    }[];
  };
  readonly context?: Readonly<Record<string, string | number | boolean>>;
}
