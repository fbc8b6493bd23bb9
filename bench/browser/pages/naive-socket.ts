import { useCallback, useEffect, useRef, useState } from "react";

export type ServerMessage =
  | { readonly type: "stream_chunk"; readonly content: string }
  | { readonly type: "stream_complete"; readonly fullContent: string };

type Listener = (message: ServerMessage) => void;

export interface Socket {
  readonly isConnected: boolean;
  readonly sendMessage: (message: object) => void;
  readonly addMessageListener: (listener: Listener) => void;
  readonly removeMessageListener: (listener: Listener) => void;
}

/** A socket in an effect, which tells every message to every listener. */
export function useSocket(path: string): Socket {
  const [isConnected, setConnected] = useState(false);
  const socket = useRef<WebSocket>(null);
  const listeners = useRef(new Set<Listener>());

  useEffect(() => {
    const own = new WebSocket(path);
    socket.current = own;
    own.addEventListener("open", () => setConnected(true));
    own.addEventListener("close", () => setConnected(false));
    own.addEventListener("message", ({ data }: MessageEvent<string>) => {
      const message = JSON.parse(data) as ServerMessage;
      for (const listener of listeners.current) listener(message);
    });
    return () => own.close();
  }, [path]);

  return {
    isConnected,
    sendMessage: useCallback((message) => socket.current?.send(JSON.stringify(message)), []),
    addMessageListener: useCallback((listener) => listeners.current.add(listener), []),
    removeMessageListener: useCallback((listener) => listeners.current.delete(listener), []),
  };
}
