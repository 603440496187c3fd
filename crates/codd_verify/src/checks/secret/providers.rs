//! The table of tokens that say themselves whose they are: a prefix, a length, an alphabet.

use std::sync::{LazyLock, OnceLock};

use regex::bytes::{Regex, RegexBuilder};

use super::checksum;

/// One form of token.
pub(super) struct Provider {
    /// Stable: it is part of fingerprints and of settings.
    pub(super) id: &'static str,
    /// As a message names it.
    pub(super) name: &'static str,
    /// One of these stands in every text that the pattern matches.
    pub(super) words: &'static [&'static str],
    /// Of bytes; its first group, if it has one, is the secret.
    pattern: &'static str,
    /// Bits for each character that the secret has at least.
    pub(super) entropy: f32,
    /// Whether a match is one, by what it says of itself.
    pub(super) check: Option<fn(&[u8]) -> bool>,
}

const fn token(
    id: &'static str,
    name: &'static str,
    words: &'static [&'static str],
    pattern: &'static str,
    entropy: f32,
) -> Provider {
    Provider { id, name, words, pattern, entropy, check: None }
}

const fn checked(
    id: &'static str,
    name: &'static str,
    words: &'static [&'static str],
    pattern: &'static str,
    entropy: f32,
    check: fn(&[u8]) -> bool,
) -> Provider {
    Provider { id, name, words, pattern, entropy, check: Some(check) }
}

/// Every form, in the order of its id.
pub(super) static PROVIDERS: &[Provider] = &[
    token("adafruit", "Adafruit key", &["aio_"], r"\b(aio_[A-Za-z0-9]{28})\b", 3.0),
    token(
        "age",
        "age secret key",
        &["AGE-SECRET-KEY-1"],
        r"AGE-SECRET-KEY-1[AC-HJ-NP-Z02-9]{58}",
        3.0,
    ),
    token("airtable", "Airtable token", &["pat"], r"\b(pat[A-Za-z0-9]{14}\.[a-f0-9]{64})\b", 3.0),
    token("alibaba", "Alibaba Cloud access key", &["LTAI"], r"\b(LTAI[A-Za-z0-9]{12,20})\b", 3.0),
    token(
        "anthropic",
        "Anthropic API key",
        &["sk-ant-"],
        r"\b(sk-ant-(?:api|admin|oat)\d{2}-[\w-]{80,120})",
        3.5,
    ),
    token("artifactory", "Artifactory token", &["AKCp"], r"\b(AKCp[A-Za-z0-9]{60,80})\b", 3.5),
    token(
        "atlassian",
        "Atlassian API token",
        &["ATATT3xFfGF0", "ATCTT3xFfGN0"],
        r"\b(AT(?:AT|CT)T3xFfG[FN]0[\w=-]{60,240})",
        3.5,
    ),
    token(
        "auth0",
        "Auth0 client secret",
        &["auth0", "AUTH0", "Auth0"],
        r#"(?i)auth0[\w.-]{0,30}secret["']?\s{0,3}(?:=>|[:=])\s{0,3}["']?([\w-]{64})\b"#,
        3.5,
    ),
    token(
        "aws-access-key",
        "AWS access key id",
        &["AKIA", "ASIA", "ABIA", "ACCA"],
        r"\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})\b",
        2.8,
    ),
    token(
        "aws-secret-key",
        "AWS secret access key",
        &["aws", "AWS", "Aws", "secretAccessKey", "secret_access_key"],
        r#"(?i)(?:aws[\w.-]{0,20}secret[\w.-]{0,20}|secret_?access_?key)["']?\s{0,3}(?:=>|[:=,])\s{0,3}["']?([A-Za-z0-9/+]{40})(?:[^A-Za-z0-9/+=]|$)"#,
        4.0,
    ),
    token(
        "azure-client-secret",
        "Azure client secret",
        &["Q~"],
        r#"(?:^|[^\w~.-])([\w~.-]{3}\dQ~[\w~.-]{31,34})(?:[^\w~.-]|$)"#,
        3.5,
    ),
    token(
        "azure-devops",
        "Azure DevOps token",
        &["AZDO"],
        r"\b([A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4})\b",
        3.5,
    ),
    token(
        "azure-sas",
        "Azure shared access signature",
        &["sig="],
        r"[?&]s[vr]=[^\s]{4,200}&sig=([A-Za-z0-9%/+]{40,60}(?:%3[Dd]|=))",
        3.5,
    ),
    token(
        "azure-storage",
        "Azure storage account key",
        &["AccountKey="],
        r"AccountKey=([A-Za-z0-9+/]{86}==)",
        4.0,
    ),
    token(
        "basic-auth-url",
        "password in a URL",
        &["://"],
        r#"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@"'`<>?#{}$%\\]{1,60}:([^\s:/@"'`<>?#{}$\\*]{4,100})@[A-Za-z0-9\[_]"#,
        2.2,
    ),
    token("bitbucket", "Bitbucket app password", &["ATBB"], r"\b(ATBB[A-Za-z0-9]{24,32})\b", 3.2),
    token(
        "braintree",
        "Braintree access token",
        &["access_token$production$"],
        r"access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}",
        3.0,
    ),
    token(
        "brevo",
        "Brevo API key",
        &["xkeysib-"],
        r"\b(xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16})\b",
        3.0,
    ),
    token("clojars", "Clojars token", &["CLOJARS_"], r"\b(CLOJARS_[a-z0-9]{60})\b", 3.0),
    token(
        "cloudflare",
        "Cloudflare API token",
        &["cloudflare", "CLOUDFLARE", "Cloudflare", "CF_API"],
        r#"(?i)(?:cloudflare|cf_api)[\w.-]{0,30}(?:token|key)["']?\s{0,3}(?:=>|[:=])\s{0,3}["']?([\w-]{40}|[a-f0-9]{37})\b"#,
        3.2,
    ),
    token(
        "cloudflare-origin",
        "Cloudflare origin CA key",
        &["v1.0-"],
        r"\b(v1\.0-[a-f0-9]{24}-[a-f0-9]{146})\b",
        3.0,
    ),
    token(
        "connection-string",
        "password in a connection string",
        &["assword=", "wd=", "ASSWORD=", "WD="],
        r#"(?i)(?:\b(?:server|data source|host|uid|user id|user|username|database|initial catalog)\s*=[^"'`\n]{1,200};\s*(?:password|pwd)\s*=|jdbc:[^"'`\s]{1,200}[?&;](?:password|pwd)=)([^;&"'`\s{}$<>%]{6,80})"#,
        2.2,
    ),
    token("contentful", "Contentful token", &["CFPAT-"], r"\b(CFPAT-[\w-]{43})", 3.5),
    token("crates-io", "crates.io token", &["cio"], r"\b(cio[A-Za-z0-9]{32})\b", 3.8),
    token("databricks", "Databricks token", &["dapi"], r"\b(dapi[a-f0-9]{32}(?:-\d)?)\b", 3.0),
    token(
        "datadog",
        "Datadog key",
        &["datadog", "DATADOG", "Datadog", "DD_API", "DD_APP", "dd_api", "dd_app"],
        r#"(?i)(?:datadog|dd)[\w.-]{0,20}(?:api|app)[\w.-]{0,20}key["']?\s{0,3}(?:=>|[:=])\s{0,3}["']?([a-f0-9]{32}|[a-f0-9]{40})\b"#,
        3.0,
    ),
    token(
        "digitalocean",
        "DigitalOcean token",
        &["dop_v1_", "doo_v1_", "dor_v1_"],
        r"\b(do[opr]_v1_[a-f0-9]{64})\b",
        3.0,
    ),
    token(
        "discord-bot",
        "Discord bot token",
        &["discord", "DISCORD", "Discord"],
        r"(?i)discord[^\n]{0,80}?\b([MNO][A-Za-z0-9_-]{23,25}\.[\w-]{6}\.[\w-]{27,38})",
        3.5,
    ),
    token(
        "discord-webhook",
        "Discord webhook",
        &["/api/webhooks/"],
        r"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/\d{17,20}/([\w-]{60,80})",
        3.5,
    ),
    token(
        "docker",
        "Docker Hub token",
        &["dckr_pat_", "dckr_oat_"],
        r"\b(dckr_[po]at_[\w-]{27,36})",
        3.2,
    ),
    token(
        "doppler",
        "Doppler token",
        &["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."],
        r"\b(dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,44})\b",
        3.5,
    ),
    token("dropbox", "Dropbox token", &["sl."], r"\b(sl\.(?:u\.)?[\w-]{130,220})", 3.5),
    token("easypost", "EasyPost key", &["EZAK", "EZTK"], r"\b(EZ[AT]K[A-Za-z0-9]{54})\b", 3.5),
    token("facebook", "Facebook access token", &["EAA"], r"\b(EAA[A-Za-z0-9]{90,250})\b", 3.5),
    token(
        "facebook-secret",
        "Facebook app secret",
        &["facebook", "FACEBOOK", "Facebook"],
        r#"(?i)facebook[\w.-]{0,30}secret["']?\s{0,3}(?:=>|[:=])\s{0,3}["']?([a-f0-9]{32})\b"#,
        3.0,
    ),
    token(
        "fastly",
        "Fastly API token",
        &["fastly", "FASTLY", "Fastly"],
        r#"(?i)fastly[\w.-]{0,30}(?:token|key)["']?\s{0,3}(?:=>|[:=])\s{0,3}["']?([\w-]{32})\b"#,
        3.5,
    ),
    token("figma", "Figma token", &["figd_"], r"\b(figd_[\w-]{38,44})", 3.5),
    token(
        "fly",
        "Fly.io token",
        &["fm1_", "fm2_", "fo1_"],
        r"\b((?:fm[12]r?_[A-Za-z0-9+/]{80,500}|fo1_[\w-]{43}))",
        3.5,
    ),
    token("gcp-api-key", "Google API key", &["AIza"], r"\b(AIza[\w-]{35})(?:[^\w-]|$)", 3.5),
    token("gcp-oauth", "Google OAuth client secret", &["GOCSPX-"], r"\b(GOCSPX-[\w-]{28})", 3.2),
    token(
        "gcp-oauth-token",
        "Google OAuth access token",
        &["ya29."],
        r"\b(ya29\.[\w-]{60,250})",
        3.5,
    ),
    checked(
        "github",
        "GitHub token",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
        r"\b(gh[pousr]_[A-Za-z0-9]{36,251})\b",
        3.0,
        checksum::github,
    ),
    token(
        "github-fine-grained",
        "GitHub fine-grained token",
        &["github_pat_"],
        r"\b(github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b",
        3.5,
    ),
    token(
        "gitlab",
        "GitLab token",
        &[
            "glpat-", "gldt-", "glrt-", "glptt-", "glft-", "glcbt-", "glsoat-", "glimt-", "gloas-",
            "glagent-", "glffct-",
        ],
        r"\b(gl(?:pat|dt|rt|rtr|ptt|ft|cbt|soat|imt|oas|agent|ffct)-[\w.-]{20,80})",
        3.0,
    ),
    token(
        "grafana",
        "Grafana token",
        &["glsa_", "glc_ey"],
        r"\b(glsa_[A-Za-z0-9]{32}_[a-fA-F0-9]{8}|glc_ey[A-Za-z0-9+/]{32,400}={0,3})",
        3.3,
    ),
    token("groq", "Groq API key", &["gsk_"], r"\b(gsk_[A-Za-z0-9]{52})\b", 3.5),
    token(
        "heroku",
        "Heroku API key",
        &["HRKU-"],
        r"\b(HRKU-(?:AA[\w-]{58}|[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}))",
        3.0,
    ),
    token(
        "heroku-uuid",
        "Heroku API key",
        &["heroku", "HEROKU", "Heroku"],
        r#"(?i)heroku[\w.-]{0,20}(?:key|token|secret)["']?\s{0,3}(?:=>|[:=])\s{0,3}["']?([a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})\b"#,
        3.0,
    ),
    token(
        "huggingface",
        "Hugging Face token",
        &["hf_", "api_org_"],
        r"\b((?:hf_|api_org_)[A-Za-z]{34})\b",
        3.5,
    ),
    checked(
        "jwt",
        "JSON web token",
        &["eyJ"],
        r"\b(ey[A-Za-z0-9_-]{12,}\.ey[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,})",
        3.5,
        checksum::jwt,
    ),
    token(
        "linear",
        "Linear key",
        &["lin_api_", "lin_oauth_"],
        r"\b(lin_(?:api|oauth)_[A-Za-z0-9]{40,64})\b",
        3.5,
    ),
    token("mailchimp", "Mailchimp API key", &["-us"], r"\b([a-f0-9]{32}-us\d{1,2})\b", 3.0),
    token("mailgun", "Mailgun key", &["key-"], r"\b(key-[a-f0-9]{32})\b", 3.0),
    token("netlify", "Netlify token", &["nfp_"], r"\b(nfp_[A-Za-z0-9]{36})\b", 3.5),
    token(
        "new-relic",
        "New Relic key",
        &["NRAK-", "NRII-", "NRJS-", "NRAL"],
        r"\b(NRAK-[A-Z0-9]{27}|NRII-[\w-]{32}|NRJS-[a-f0-9]{19}|[a-f0-9]{36}NRAL)\b",
        3.0,
    ),
    token(
        "notion",
        "Notion token",
        &["ntn_", "secret_"],
        r"\b(ntn_[A-Za-z0-9]{46}|secret_[A-Za-z0-9]{43})\b",
        3.8,
    ),
    token("npm", "npm token", &["npm_"], r"\b(npm_[A-Za-z0-9]{36})\b", 3.5),
    token("nuget", "NuGet API key", &["oy2"], r"\b(oy2[a-z0-9]{43})\b", 3.8),
    token(
        "okta",
        "Okta API token",
        &["okta", "OKTA", "Okta"],
        r#"(?i)okta[\w.-]{0,30}(?:token|key)["']?\s{0,3}(?:=>|[:=])\s{0,3}["']?(?:SSWS )?(00[\w-]{40})\b"#,
        3.5,
    ),
    token(
        "openai",
        "OpenAI API key",
        &["T3BlbkFJ"],
        r"\b(sk-(?:[a-z]{3,10}-)?[\w-]{20,100}T3BlbkFJ[\w-]{20,100})",
        3.5,
    ),
    token("perplexity", "Perplexity API key", &["pplx-"], r"\b(pplx-[A-Za-z0-9]{48})\b", 3.5),
    token(
        "plaid",
        "Plaid access token",
        &["access-sandbox-", "access-development-", "access-production-"],
        r"\b(access-(?:sandbox|development|production)-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})\b",
        3.0,
    ),
    token(
        "planetscale",
        "PlanetScale credential",
        &["pscale_"],
        r"\b(pscale_(?:tkn|pw|oauth)_[\w.=-]{32,64})",
        3.5,
    ),
    token("postman", "Postman API key", &["PMAK-"], r"\b(PMAK-[a-f0-9]{24}-[a-f0-9]{34})\b", 3.0),
    checked(
        "private-key",
        "private key",
        &["PRIVATE KEY"],
        r"(-----BEGIN[ A-Z0-9]{0,30}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s,:\\.()\x22\x27-]+?-----END[ A-Z0-9]{0,30}PRIVATE KEY(?: BLOCK)?-----)",
        0.0,
        checksum::key_body,
    ),
    token("pulumi", "Pulumi token", &["pul-"], r"\b(pul-[a-f0-9]{40})\b", 3.0),
    token(
        "putty",
        "PuTTY private key",
        &["PuTTY-User-Key-File-"],
        r"(PuTTY-User-Key-File-[23]: [^\x00]+?Private-Lines: \d{1,4}\s{1,2}[A-Za-z0-9+/=\s]+)",
        0.0,
    ),
    token(
        "pypi",
        "PyPI token",
        &["pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZ"],
        r"(pypi-AgE[A-Za-z0-9_-]{60,250})",
        3.5,
    ),
    token("replicate", "Replicate token", &["r8_"], r"\b(r8_[A-Za-z0-9]{37})\b", 3.5),
    token("rubygems", "RubyGems API key", &["rubygems_"], r"\b(rubygems_[a-f0-9]{48})\b", 3.0),
    token("scalingo", "Scalingo token", &["tk-us-"], r"\b(tk-us-[\w-]{48})", 3.5),
    token("sendgrid", "SendGrid API key", &["SG."], r"\b(SG\.[\w-]{20,24}\.[\w-]{39,50})", 3.5),
    token(
        "sentry",
        "Sentry token",
        &["sntrys_", "sntryu_"],
        r"\b(sntrys_eyJ[A-Za-z0-9+/_=-]{40,600}|sntryu_[a-f0-9]{64})",
        3.0,
    ),
    token("shippo", "Shippo token", &["shippo_live_"], r"\b(shippo_live_[a-f0-9]{40})\b", 3.0),
    token(
        "shopify",
        "Shopify token",
        &["shpat_", "shpca_", "shppa_", "shpss_"],
        r"\b(shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})\b",
        3.0,
    ),
    token(
        "slack",
        "Slack token",
        &["xoxb-", "xoxp-", "xoxa-", "xoxo-", "xoxr-", "xoxs-", "xoxe", "xapp-"],
        r"\b(xox[abposr]-[A-Za-z0-9-]{20,250}|xoxe(?:\.xox[bp])?-\d-[A-Za-z0-9-]{100,250}|xapp-\d-[A-Z0-9]{5,20}-\d{6,20}-[a-f0-9]{40,80})",
        3.0,
    ),
    token(
        "slack-webhook",
        "Slack webhook",
        &["hooks.slack.com/"],
        r"hooks\.slack\.com/(?:services|workflows|triggers)/(T?[A-Z0-9]{6,14}/[A-Za-z0-9]{6,20}/[A-Za-z0-9]{18,40})",
        3.0,
    ),
    token(
        "sonar",
        "SonarQube token",
        &["sqp_", "sqa_", "squ_"],
        r"\b(sq[pau]_[a-f0-9]{40})\b",
        3.0,
    ),
    token(
        "square",
        "Square token",
        &["sq0atp-", "sq0csp-", "EAAA"],
        r"\b(sq0atp-[\w-]{22}|sq0csp-[\w-]{43}|EAAA[\w-]{60})\b",
        3.5,
    ),
    token(
        "stripe",
        "Stripe secret key",
        &["sk_live_", "rk_live_", "sk_test_", "rk_test_", "sk_org_"],
        r"\b([rs]k_(?:live|test|org_live)_[A-Za-z0-9]{16,247})\b",
        3.0,
    ),
    token(
        "stripe-webhook",
        "Stripe webhook secret",
        &["whsec_"],
        r"\b(whsec_[A-Za-z0-9+/]{32,64})\b",
        3.5,
    ),
    token(
        "supabase",
        "Supabase token",
        &["sbp_", "sb_secret_"],
        r"\b(sbp_[a-f0-9]{40}|sb_secret_[\w-]{31,40})\b",
        3.0,
    ),
    token(
        "tailscale",
        "Tailscale key",
        &["tskey-"],
        r"\b(tskey-(?:auth|api|client|scim|webhook)-[A-Za-z0-9]{8,24}-[A-Za-z0-9]{20,40})\b",
        3.5,
    ),
    token("telegram", "Telegram bot token", &[":AA"], r"\b(\d{8,10}:AA[\w-]{33})(?:[^\w-]|$)", 3.5),
    token(
        "terraform-cloud",
        "Terraform Cloud token",
        &[".atlasv1."],
        r"\b([A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70})",
        3.5,
    ),
    token("twilio", "Twilio API key", &["SK"], r"\b(SK[0-9a-f]{32})\b", 3.0),
    token(
        "twilio-auth",
        "Twilio auth token",
        &["twilio", "TWILIO", "Twilio"],
        r#"(?i)twilio[\w.-]{0,20}(?:token|secret)["']?\s{0,3}(?:=>|[:=])\s{0,3}["']?([a-f0-9]{32})\b"#,
        3.0,
    ),
    token(
        "twitter",
        "Twitter bearer token",
        &["AAAAAAAAAAAAAAAAAAAA"],
        r"\b(A{20,24}[A-Za-z0-9%]{60,120})\b",
        3.0,
    ),
    token(
        "vault",
        "HashiCorp Vault token",
        &["hvs.", "hvb.", "hvr."],
        r"\b(hv[sbr]\.[\w-]{24,180})",
        3.5,
    ),
    token("yandex", "Yandex Cloud API key", &["AQVN"], r"\b(AQVN[\w-]{35,38})", 3.5),
];

/// The pattern of a form, compiled when it is first asked for: most never are.
pub(super) fn regex_of(at: usize) -> Option<&'static Regex> {
    static REGEXES: LazyLock<Vec<OnceLock<Option<Regex>>>> =
        LazyLock::new(|| PROVIDERS.iter().map(|_| OnceLock::new()).collect());
    let build = || RegexBuilder::new(PROVIDERS[at].pattern).unicode(false).build().ok();
    REGEXES[at].get_or_init(build).as_ref()
}

#[cfg(test)]
mod tests {
    use super::{PROVIDERS, regex_of};

    #[test]
    fn the_table_is_sorted_compiles_and_is_large_enough() {
        assert!(PROVIDERS.len() >= 40);
        assert!(PROVIDERS.windows(2).all(|pair| pair[0].id < pair[1].id));
        for (at, provider) in PROVIDERS.iter().enumerate() {
            assert!(regex_of(at).is_some(), "{}", provider.id);
            assert!(!provider.words.is_empty(), "{}", provider.id);
        }
    }
}
