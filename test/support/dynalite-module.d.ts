declare module "dynalite" {
  import type { Server } from "node:http";

  /** The part of dynalite that the tests use; it has no types of its own. */
  const dynalite: (options: { createTableMs?: number; deleteTableMs?: number; updateTableMs?: number }) => Server;
  export default dynalite;
}
