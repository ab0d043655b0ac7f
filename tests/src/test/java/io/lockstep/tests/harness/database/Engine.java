package io.lockstep.tests.harness.database;

/** The database products the tests run against. */
public enum Engine {
    POSTGRESQL("PostgreSQL"),
    DERBY("Derby"),
    H2("H2"),
    MARIADB("MariaDB");

    private final String productName;

    Engine(String productName) {
        this.productName = productName;
    }

    @Override
    public String toString() {
        return productName;
    }
}
