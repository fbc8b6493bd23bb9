import { io } from "socket.io-client";

/** The library's own client recovers; only its pause before that is shortened. */
export function recoverSocketIo(port: number): Promise<string> {
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ["websocket"],
    reconnectionDelay: 20,
    reconnectionDelayMax: 50,
  });
  let text = "";
  socket.once("connect", () => socket.emit("go"));
  socket.on("chunk", ({ delta }: { delta: string }) => {
    text += delta;
  });
  return new Promise((resolve) => {
    socket.on("finish", () => {
      socket.close();
      resolve(text);
    });
  });
}
