import { CfnOutput, Stack, type StackProps } from "aws-cdk-lib";
import { DomainName } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import type { FunctionCode } from "./function-code.ts";
import type { StreamingGatewayProps } from "./gateway-props.ts";
import type { JwtSettings } from "./jwt-settings.ts";
import { Pages } from "./pages.ts";
import { APPS, type AppName } from "./repository.ts";
import type { DomainSetting, JwtSetting, Settings } from "./settings.ts";
import { Storage } from "./storage.ts";
import { StreamingGateway } from "./streaming-gateway.ts";

export interface SluiceStackProps extends StackProps {
  readonly settings: Settings;
  readonly code: Readonly<Record<AppName, FunctionCode>>;
  /** The built pages. */
  readonly pages: string;
}

/** Five gateways on one table and one bucket, and their pages. */
export class SluiceStack extends Stack {
  constructor(scope: Construct, id: string, { settings, code, pages: folder, ...props }: SluiceStackProps) {
    super(scope, id, props);
    const { table, bucket } = new Storage(this, "Storage", { retain: settings.retain });
    const originSecret = new Secret(this, "OriginSecret", {
      description: "What CloudFront shows to the HTTP functions",
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    const common = {
      table,
      bucket,
      originSecret,
      allowAnonymous: settings.allowAnonymous,
      origins: settings.origins,
      environment: environmentOf(settings),
      ...(settings.runsAtOnce !== undefined && { runsAtOnce: settings.runsAtOnce }),
      ...this.#jwt(settings.jwt),
      ...this.#wsDomain(settings.wsDomain),
      ...this.#alarmTopic(settings.alarmEmail),
    };
    const gateways = APPS.map((app) => {
      const { knowledgeBaseId } = settings;
      const base = app === "realestate" && knowledgeBaseId !== undefined ? { knowledgeBaseId } : {};
      return new StreamingGateway(this, app, { app, code: code[app], ...common, ...base });
    });
    const { pagesDomain } = settings;
    const pages = new Pages(this, "Pages", {
      folder,
      gateways,
      originSecret,
      features: {
        model: settings.modelId,
        standIn: false,
        llmModels: [settings.modelId, ...settings.llmModels],
        operations: false,
        authentication: settings.jwt !== undefined,
      },
      ...(pagesDomain !== undefined && {
        domain: { name: pagesDomain.name, certificate: this.#certificate("PagesCertificate", pagesDomain) },
      }),
    });
    for (const gateway of gateways) {
      gateway.allowPagesOf(pages.origin);
      new CfnOutput(this, `${gateway.app}WebSocketUrl`, { value: gateway.wsUrl });
    }
    new CfnOutput(this, "Url", { value: pages.origin });
  }

  #jwt(setting: JwtSetting | undefined): { jwt?: JwtSettings } {
    if (setting === undefined) return {};
    const { issuer, audience } = setting;
    const key =
      "jwksUrl" in setting
        ? { jwksUrl: setting.jwksUrl }
        : { secret: Secret.fromSecretCompleteArn(this, "JwtSecret", setting.secretArn) };
    return { jwt: { ...key, ...(issuer !== undefined && { issuer }), ...(audience !== undefined && { audience }) } };
  }

  #wsDomain(setting: DomainSetting | undefined): Pick<StreamingGatewayProps, "domain"> {
    if (setting === undefined) return {};
    const certificate = this.#certificate("WebSocketCertificate", setting);
    const domain = new DomainName(this, "WebSocketDomain", { domainName: setting.name, certificate });
    new CfnOutput(this, "WebSocketDomainTarget", { value: domain.regionalDomainName });
    return { domain };
  }

  #alarmTopic(email: string | undefined): Pick<StreamingGatewayProps, "alarmTopic"> {
    if (email === undefined) return {};
    const alarmTopic = new Topic(this, "AlarmTopic", { enforceSSL: true });
    alarmTopic.addSubscription(new EmailSubscription(email));
    return { alarmTopic };
  }

  #certificate(id: string, { certificateArn }: DomainSetting): ReturnType<typeof Certificate.fromCertificateArn> {
    return Certificate.fromCertificateArn(this, id, certificateArn);
  }
}

/** The variables of `apps/README.md` that the settings ask for. */
function environmentOf(settings: Settings): Record<string, string> {
  const { modelId, llmModels, knowledgeBaseId, modelArn, coalesceMs } = settings;
  return {
    SLUICE_MODEL: `bedrock:${modelId}`,
    ...(llmModels.length > 0 && { SLUICE_LLM_MODELS: llmModels.join(",") }),
    ...(knowledgeBaseId !== undefined && { KNOWLEDGE_BASE_ID: knowledgeBaseId }),
    ...(modelArn !== undefined && { MODEL_ARN: modelArn }),
    ...(coalesceMs !== undefined && { SLUICE_COALESCE_MS: coalesceMs }),
  };
}
