/**
 * CONTRACT: numbers that all processes of a back end share: how much is used in a time, how many are at it. Implementations in
 * quotas/.
 *
 * Q1 Apart. What is spent and held under one (name, key) changes nothing under another.
 * Q2 Rate. `spend` takes one point; of the `points` in a window no more are spent. A window begins with the first use, and is over
 *    after `windowMs`: then all points are there again. Refused, it tells how long that will be.
 * Q3 Charge. What is known only afterwards is charged whole, also above what is left. `exhausted` tells how long nothing is left.
 * Q4 Place. A room has `most` places for each key. Whoever has one and asks again has the same one; who finds none leaves nothing,
 *    and is told somebody who has one.
 * Q5 A place falls free by `free`, or when it was not renewed for `keepMs`: nobody is left outside by a process that died.
 * Q6 `renew` keeps the places of those who are at it, and gives them back to whom they were lost, above `most` too.
 * Q7 Together. All processes that share the back end count as one. The time is the back end's own (unlike S12): their clocks differ.
 * Q8 It stops no work. Where the back end cannot be reached nothing rejects or waits for long: points and places are given, as
 *    far as this process can tell, and the trouble is logged.
 */

/** So many points in a window of time. A change of either begins with the next window. */
export interface Rate {
  readonly name: string;
  readonly points: number;
  /** Whole seconds, in milliseconds. */
  readonly windowMs: number;
}

/** So many places at a time. */
export interface Room {
  readonly name: string;
  readonly most: number;
  /** How long a place is kept after it was last renewed, milliseconds. */
  readonly keepMs: number;
}

/** Whether a place was had; if not, one of those who have them. */
export type Held = { readonly held: true } | { readonly held: false; readonly by: string };

export interface Quotas {
  /** Takes one point (Q2); gives 0, or the milliseconds until there is one again. */
  spend(rate: Rate, key: string): Promise<number>;
  /** Counts what was used already (Q3); `points` is a whole number. */
  charge(rate: Rate, key: string, points: number): Promise<void>;
  /** Milliseconds until there is a point again; 0 where there is one now. Takes nothing. */
  exhausted(rate: Rate, key: string): Promise<number>;
  /** Takes a place for this holder, or finds the one it has (Q4). */
  hold(room: Room, key: string, holder: string): Promise<Held>;
  /** These are still at it (Q6). */
  renew(room: Room, key: string, holders: readonly string[]): Promise<void>;
  /** This one is done; does nothing where it has no place. */
  free(room: Room, key: string, holder: string): Promise<void>;
  close(): Promise<void>;
}
