/**
 * Makes sure that the Debian packages which the tests need are on this machine: `node scripts/test-setup.ts`.
 * Does nothing where they are. Installs them where it may (root, apt-get); else says what to install and fails.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Debian packages, and how to know that one is here. */
const PACKAGES: Readonly<Record<string, () => boolean>> = {
  "redis-server": () => isOnPath("redis-server"),
  chromium: () => isOnPath("chromium"),
  "python3-websockets": () => isReadable("/usr/lib/python3/dist-packages/websockets"),
};

/** Debian asks this script before a package may start its service; 101 forbids it. */
const SERVICE_POLICY = "/usr/sbin/policy-rc.d";

const missing = notHere();
if (missing.length > 0) {
  const problem = install(missing.join(" "));
  if (problem !== undefined) {
    console.error(problem);
    process.exitCode = 1;
  }
}

/** Gives one sentence that says what to do where it could not. */
function install(packages: string): string | undefined {
  if (process.getuid?.() !== 0 || !isOnPath("apt-get")) {
    return `The tests need these Debian packages: install them with "sudo apt-get install ${packages}".`;
  }
  console.log(`Installing for the tests: ${packages}`);
  const forbade = forbidServices();
  try {
    aptGet("update");
    const command = ["install", "-y", "--no-install-recommends", ...packages.split(" ")];
    if (!aptGet(...command)) aptGet(...command);
  } finally {
    if (forbade) rmSync(SERVICE_POLICY, { force: true });
  }
  const still = notHere().join(" ");
  return still === "" ? undefined : `apt-get could not install what the tests need: install by hand "${still}".`;
}

function notHere(): string[] {
  return Object.keys(PACKAGES).filter((name) => !PACKAGES[name]!());
}

/** Keeps a new redis-server from taking its default port. False where the machine has a policy of its own. */
function forbidServices(): boolean {
  try {
    writeFileSync(SERVICE_POLICY, "#!/bin/sh\nexit 101\n", { flag: "wx", mode: 0o755 });
    return true;
  } catch {
    return false;
  }
}

function aptGet(...args: string[]): boolean {
  const options = ["-q", "-o", "DPkg::Lock::Timeout=300"];
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", [...options, ...args], { stdio: "inherit", env: environment }).status === 0;
}

function isOnPath(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => may(join(folder, program), constants.X_OK));
}

function isReadable(path: string): boolean {
  return may(path, constants.R_OK);
}

function may(path: string, access: number): boolean {
  try {
    accessSync(path, access);
    return true;
  } catch {
    return false;
  }
}
