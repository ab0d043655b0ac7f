package io.lockstep.driver.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.DriverPropertyInfo;
import java.time.Duration;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionSettingsTest {
    private static ConnectionSettings settings(String url) throws InvalidSettingException {
        return ConnectionSettings.of(url, null);
    }

    @Test
    void everyDefaultIsPinned() throws Exception {
        ConnectionSettings settings = settings("jdbc:lockstep://db.example.org/shop");
        assertThat(settings.hosts()).containsExactly(new HostAddress("db.example.org", 25322));
        assertThat(settings.virtualDatabase()).isEqualTo("shop");
        assertThat(settings.user()).isEmpty();
        assertThat(settings.password()).isEmpty();
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.socketTimeout()).isZero();
        assertThat(settings.loginTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.fetchSize()).isZero();
        assertThat(settings.applicationName()).isEmpty();
        assertThat(settings.tls()).isEqualTo(TlsMode.DISABLE);
        assertThat(settings.tlsTrust()).isEmpty();
        assertThat(settings.readOnly()).isFalse();
        assertThat(settings.outcomeTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.ignoredKeys()).isEmpty();
    }

    @Test
    void everyKeyOfTheUrlReachesTheSettings() throws Exception {
        ConnectionSettings settings =
                settings(
                        "jdbc:lockstep://a:1,b,[::1]:65535/my%20shop?user=app&password=%26%3D%25+%C3%A9"
                                + "&connectTimeout=3&socketTimeout=500ms&loginTimeout=2m&fetchSize=77"
                                + "&applicationName=broker-1&tls=verify-full&tlsTrust=/etc/ca.pem"
                                + "&readOnly=true&outcomeTimeout=0");
        assertThat(settings.hosts())
                .containsExactly(
                        new HostAddress("a", 1),
                        new HostAddress("b", 25322),
                        new HostAddress("::1", 65535));
        assertThat(settings.virtualDatabase()).isEqualTo("my shop");
        assertThat(settings.user()).isEqualTo("app");
        assertThat(settings.password()).isEqualTo("&=%+\u00e9");
        assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.socketTimeout()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.loginTimeout()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.fetchSize()).isEqualTo(77);
        assertThat(settings.applicationName()).isEqualTo("broker-1");
        assertThat(settings.tls()).isEqualTo(TlsMode.VERIFY_FULL);
        assertThat(settings.tlsTrust()).contains(Path.of("/etc/ca.pem"));
        assertThat(settings.readOnly()).isTrue();
        assertThat(settings.outcomeTimeout()).isZero();
    }

    @Test
    void theUrlWinsOverPropertiesAndForeignPropertiesAreListed() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("user", "from properties");
        properties.setProperty("password", "secret");
        properties.setProperty("cachePrepStmts", "true");
        ConnectionSettings settings =
                ConnectionSettings.of("jdbc:lockstep://h/d?user=from-url", properties);
        assertThat(settings.user()).isEqualTo("from-url");
        assertThat(settings.password()).isEqualTo("secret");
        assertThat(settings.ignoredKeys()).containsExactly("cachePrepStmts");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    jdbc:lockstep:h/d               | jdbc:lockstep://
                    jdbc:lockstep://h               | virtual database
                    jdbc:lockstep://h/              | virtual database
                    jdbc:lockstep:///d              | no host
                    jdbc:lockstep://a,,b/d          | empty one between commas
                    jdbc:lockstep://:1/d            | names a port but no host
                    jdbc:lockstep://h:/d            | 1 to 65535
                    jdbc:lockstep://h:0/d           | 1 to 65535
                    jdbc:lockstep://h:65536/d       | 1 to 65535
                    jdbc:lockstep://h:x/d           | 1 to 65535
                    jdbc:lockstep://::1/d           | brackets
                    jdbc:lockstep://[::1/d          | closing ']'
                    jdbc:lockstep://[::1]1/d        | 1 to 65535
                    jdbc:lockstep://u:p@h/d         | ?user=...&password=...
                    jdbc:lockstep://h/a/b           | contains '/'
                    jdbc:lockstep://h/d?usr=x       | Did you mean "user"?
                    jdbc:lockstep://h/d?Fetchsize=1 | Did you mean "fetchSize"?
                    jdbc:lockstep://h/d?autoReconnect=true | Known: user, password, connectTimeout
                    jdbc:lockstep://h/d?user        | lacks =value
                    jdbc:lockstep://h/d?user=a&user=b | twice
                    jdbc:lockstep://h/d?user=%4     | two hexadecimal digits
                    jdbc:lockstep://h/d?user=%ff    | not UTF-8
                    jdbc:lockstep://h/d?tls=yes     | one of disable, require, verify-full
                    jdbc:lockstep://h/d?readOnly=1  | one of true, false
                    jdbc:lockstep://h/d?fetchSize=-1 | whole number
                    jdbc:lockstep://h/d?fetchSize=x | whole number
                    jdbc:lockstep://h/d?socketTimeout=1d | number of seconds
                    jdbc:lockstep://h/d?socketTimeout=9999999999 | 24 days
                    """)
    void whatCannotBeUsedIsRefusedWithItsReason(String url, String reason) {
        assertThatThrownBy(() -> settings(url))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:postgresql://h/d", "lockstep://h/d", ""})
    void otherUrlsAreNotOurs(String url) {
        assertThat(ConnectionUrl.accepts(url)).isFalse();
    }

    @Test
    void thePasswordIsNeverPrinted() throws Exception {
        ConnectionSettings settings = settings("jdbc:lockstep://h/d?user=app&password=topsecret");
        assertThat(settings.toString()).contains("app").doesNotContain("topsecret");
        assertThat(settings.url()).isEqualTo("jdbc:lockstep://h/d");
        assertThatThrownBy(() -> settings("jdbc:lockstep://h?password=topsecret"))
                .hasMessageNotContaining("topsecret");
    }

    @Test
    void toolsAreToldEveryPropertyWithChoices() throws Exception {
        DriverPropertyInfo[] infos =
                ConnectionProperty.describe(
                        ConnectionUrl.parse("jdbc:lockstep://h/d?tls=require&password=p")
                                .properties());
        assertThat(infos)
                .extracting(info -> info.name)
                .containsExactly(
                        "user",
                        "password",
                        "connectTimeout",
                        "socketTimeout",
                        "loginTimeout",
                        "fetchSize",
                        "applicationName",
                        "tls",
                        "tlsTrust",
                        "readOnly",
                        "outcomeTimeout");
        assertThat(infos).extracting(info -> info.description).doesNotContainNull();
        assertThat(infos[1].value).isNull();
        assertThat(infos[7].value).isEqualTo("require");
        assertThat(Set.of(infos[7].choices))
                .containsExactlyInAnyOrder("disable", "require", "verify-full");
    }
}
