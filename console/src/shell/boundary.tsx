import { Component, type ReactNode } from "react";

interface BoundaryProps {
  /** At another one it is tried again. */
  readonly address: string;
  readonly children: ReactNode;
}

/** Keeps what fails in a page, such as code that does not arrive, from taking the console with it. */
export class Boundary extends Component<BoundaryProps, { readonly failed: boolean }> {
  override state: { readonly failed: boolean } = { failed: false };

  static getDerivedStateFromError(): { readonly failed: boolean } {
    return { failed: true };
  }

  override componentDidUpdate({ address }: BoundaryProps): void {
    // oxlint-disable-next-line react/no-did-update-set-state -- once for an address
    if (this.state.failed && address !== this.props.address) this.setState({ failed: false });
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="p-gutter" role="alert">
        <h1 className="text-2xl font-semibold">This page did not load</h1>
        <p className="my-3">Answers that are under way go on. They are here again after a reload.</p>
        <button className="sluice-button" type="button" onClick={() => location.reload()}>
          Reload
        </button>
      </div>
    );
  }
}
