/** Lets steps through at once, or, while it is shut, keeps them in their order. */
export class Gate {
  #shut = false;
  #held: (() => void)[] = [];

  get isShut(): boolean {
    return this.#shut;
  }

  pass(step: () => void): void {
    if (this.#shut) this.#held.push(step);
    else step();
  }

  /** Resolves when it is open. */
  opened(): Promise<void> {
    return new Promise((resolve) => this.pass(resolve));
  }

  shut(): void {
    this.#shut = true;
  }

  open(): void {
    this.#shut = false;
    const held = this.#held;
    this.#held = [];
    for (const step of held) step();
  }
}
