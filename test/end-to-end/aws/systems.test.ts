import { describeSystems } from "../cases/systems.ts";
import { onAwsAtHome } from "../support/whole-app.ts";

describeSystems(onAwsAtHome);
