import { describeSystems } from "./cases/systems.ts";
import { onNode } from "./support/whole-app.ts";

describeSystems(onNode);
