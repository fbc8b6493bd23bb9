import { describeTitles } from "../cases/titles.ts";
import { onAwsAtHome } from "../support/whole-app.ts";

describeTitles(onAwsAtHome);
