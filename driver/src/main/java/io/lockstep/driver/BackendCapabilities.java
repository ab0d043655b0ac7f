package io.lockstep.driver;

import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/**
 * The answers of DatabaseMetaData that are one value and come from the backends. They are asked for
 * once, all together.
 */
abstract class BackendCapabilities implements DatabaseMetaData {
    /** What the backends' own driver answered to a method without arguments. */
    abstract Object answer(String method) throws SQLException;

    private boolean flag(String method) throws SQLException {
        return Boolean.TRUE.equals(answer(method));
    }

    private int number(String method) throws SQLException {
        return answer(method) instanceof Number number ? number.intValue() : 0;
    }

    private long largeNumber(String method) throws SQLException {
        return answer(method) instanceof Number number ? number.longValue() : 0;
    }

    private String text(String method) throws SQLException {
        return answer(method) instanceof String text ? text : "";
    }

    @Override
    public boolean allProceduresAreCallable() throws SQLException {
        return flag("allProceduresAreCallable");
    }

    @Override
    public boolean allTablesAreSelectable() throws SQLException {
        return flag("allTablesAreSelectable");
    }

    @Override
    public boolean nullsAreSortedHigh() throws SQLException {
        return flag("nullsAreSortedHigh");
    }

    @Override
    public boolean nullsAreSortedLow() throws SQLException {
        return flag("nullsAreSortedLow");
    }

    @Override
    public boolean nullsAreSortedAtStart() throws SQLException {
        return flag("nullsAreSortedAtStart");
    }

    @Override
    public boolean nullsAreSortedAtEnd() throws SQLException {
        return flag("nullsAreSortedAtEnd");
    }

    @Override
    public boolean usesLocalFiles() throws SQLException {
        return flag("usesLocalFiles");
    }

    @Override
    public boolean usesLocalFilePerTable() throws SQLException {
        return flag("usesLocalFilePerTable");
    }

    @Override
    public boolean supportsMixedCaseIdentifiers() throws SQLException {
        return flag("supportsMixedCaseIdentifiers");
    }

    @Override
    public boolean storesUpperCaseIdentifiers() throws SQLException {
        return flag("storesUpperCaseIdentifiers");
    }

    @Override
    public boolean storesLowerCaseIdentifiers() throws SQLException {
        return flag("storesLowerCaseIdentifiers");
    }

    @Override
    public boolean storesMixedCaseIdentifiers() throws SQLException {
        return flag("storesMixedCaseIdentifiers");
    }

    @Override
    public boolean supportsMixedCaseQuotedIdentifiers() throws SQLException {
        return flag("supportsMixedCaseQuotedIdentifiers");
    }

    @Override
    public boolean storesUpperCaseQuotedIdentifiers() throws SQLException {
        return flag("storesUpperCaseQuotedIdentifiers");
    }

    @Override
    public boolean storesLowerCaseQuotedIdentifiers() throws SQLException {
        return flag("storesLowerCaseQuotedIdentifiers");
    }

    @Override
    public boolean storesMixedCaseQuotedIdentifiers() throws SQLException {
        return flag("storesMixedCaseQuotedIdentifiers");
    }

    @Override
    public String getIdentifierQuoteString() throws SQLException {
        return text("getIdentifierQuoteString");
    }

    @Override
    public String getSQLKeywords() throws SQLException {
        return text("getSQLKeywords");
    }

    @Override
    public String getNumericFunctions() throws SQLException {
        return text("getNumericFunctions");
    }

    @Override
    public String getStringFunctions() throws SQLException {
        return text("getStringFunctions");
    }

    @Override
    public String getSystemFunctions() throws SQLException {
        return text("getSystemFunctions");
    }

    @Override
    public String getTimeDateFunctions() throws SQLException {
        return text("getTimeDateFunctions");
    }

    @Override
    public String getSearchStringEscape() throws SQLException {
        return text("getSearchStringEscape");
    }

    @Override
    public String getExtraNameCharacters() throws SQLException {
        return text("getExtraNameCharacters");
    }

    @Override
    public boolean supportsAlterTableWithAddColumn() throws SQLException {
        return flag("supportsAlterTableWithAddColumn");
    }

    @Override
    public boolean supportsAlterTableWithDropColumn() throws SQLException {
        return flag("supportsAlterTableWithDropColumn");
    }

    @Override
    public boolean supportsColumnAliasing() throws SQLException {
        return flag("supportsColumnAliasing");
    }

    @Override
    public boolean nullPlusNonNullIsNull() throws SQLException {
        return flag("nullPlusNonNullIsNull");
    }

    @Override
    public boolean supportsConvert() throws SQLException {
        return flag("supportsConvert");
    }

    @Override
    public boolean supportsTableCorrelationNames() throws SQLException {
        return flag("supportsTableCorrelationNames");
    }

    @Override
    public boolean supportsDifferentTableCorrelationNames() throws SQLException {
        return flag("supportsDifferentTableCorrelationNames");
    }

    @Override
    public boolean supportsExpressionsInOrderBy() throws SQLException {
        return flag("supportsExpressionsInOrderBy");
    }

    @Override
    public boolean supportsOrderByUnrelated() throws SQLException {
        return flag("supportsOrderByUnrelated");
    }

    @Override
    public boolean supportsGroupBy() throws SQLException {
        return flag("supportsGroupBy");
    }

    @Override
    public boolean supportsGroupByUnrelated() throws SQLException {
        return flag("supportsGroupByUnrelated");
    }

    @Override
    public boolean supportsGroupByBeyondSelect() throws SQLException {
        return flag("supportsGroupByBeyondSelect");
    }

    @Override
    public boolean supportsLikeEscapeClause() throws SQLException {
        return flag("supportsLikeEscapeClause");
    }

    @Override
    public boolean supportsMultipleResultSets() throws SQLException {
        return flag("supportsMultipleResultSets");
    }

    @Override
    public boolean supportsMultipleTransactions() throws SQLException {
        return flag("supportsMultipleTransactions");
    }

    @Override
    public boolean supportsNonNullableColumns() throws SQLException {
        return flag("supportsNonNullableColumns");
    }

    @Override
    public boolean supportsMinimumSQLGrammar() throws SQLException {
        return flag("supportsMinimumSQLGrammar");
    }

    @Override
    public boolean supportsCoreSQLGrammar() throws SQLException {
        return flag("supportsCoreSQLGrammar");
    }

    @Override
    public boolean supportsExtendedSQLGrammar() throws SQLException {
        return flag("supportsExtendedSQLGrammar");
    }

    @Override
    public boolean supportsANSI92EntryLevelSQL() throws SQLException {
        return flag("supportsANSI92EntryLevelSQL");
    }

    @Override
    public boolean supportsANSI92IntermediateSQL() throws SQLException {
        return flag("supportsANSI92IntermediateSQL");
    }

    @Override
    public boolean supportsANSI92FullSQL() throws SQLException {
        return flag("supportsANSI92FullSQL");
    }

    @Override
    public boolean supportsIntegrityEnhancementFacility() throws SQLException {
        return flag("supportsIntegrityEnhancementFacility");
    }

    @Override
    public boolean supportsOuterJoins() throws SQLException {
        return flag("supportsOuterJoins");
    }

    @Override
    public boolean supportsFullOuterJoins() throws SQLException {
        return flag("supportsFullOuterJoins");
    }

    @Override
    public boolean supportsLimitedOuterJoins() throws SQLException {
        return flag("supportsLimitedOuterJoins");
    }

    @Override
    public String getSchemaTerm() throws SQLException {
        return text("getSchemaTerm");
    }

    @Override
    public String getProcedureTerm() throws SQLException {
        return text("getProcedureTerm");
    }

    @Override
    public String getCatalogTerm() throws SQLException {
        return text("getCatalogTerm");
    }

    @Override
    public boolean isCatalogAtStart() throws SQLException {
        return flag("isCatalogAtStart");
    }

    @Override
    public String getCatalogSeparator() throws SQLException {
        return text("getCatalogSeparator");
    }

    @Override
    public boolean supportsSchemasInDataManipulation() throws SQLException {
        return flag("supportsSchemasInDataManipulation");
    }

    @Override
    public boolean supportsSchemasInProcedureCalls() throws SQLException {
        return flag("supportsSchemasInProcedureCalls");
    }

    @Override
    public boolean supportsSchemasInTableDefinitions() throws SQLException {
        return flag("supportsSchemasInTableDefinitions");
    }

    @Override
    public boolean supportsSchemasInIndexDefinitions() throws SQLException {
        return flag("supportsSchemasInIndexDefinitions");
    }

    @Override
    public boolean supportsSchemasInPrivilegeDefinitions() throws SQLException {
        return flag("supportsSchemasInPrivilegeDefinitions");
    }

    @Override
    public boolean supportsCatalogsInDataManipulation() throws SQLException {
        return flag("supportsCatalogsInDataManipulation");
    }

    @Override
    public boolean supportsCatalogsInProcedureCalls() throws SQLException {
        return flag("supportsCatalogsInProcedureCalls");
    }

    @Override
    public boolean supportsCatalogsInTableDefinitions() throws SQLException {
        return flag("supportsCatalogsInTableDefinitions");
    }

    @Override
    public boolean supportsCatalogsInIndexDefinitions() throws SQLException {
        return flag("supportsCatalogsInIndexDefinitions");
    }

    @Override
    public boolean supportsCatalogsInPrivilegeDefinitions() throws SQLException {
        return flag("supportsCatalogsInPrivilegeDefinitions");
    }

    @Override
    public boolean supportsPositionedDelete() throws SQLException {
        return flag("supportsPositionedDelete");
    }

    @Override
    public boolean supportsPositionedUpdate() throws SQLException {
        return flag("supportsPositionedUpdate");
    }

    @Override
    public boolean supportsSelectForUpdate() throws SQLException {
        return flag("supportsSelectForUpdate");
    }

    @Override
    public boolean supportsStoredProcedures() throws SQLException {
        return flag("supportsStoredProcedures");
    }

    @Override
    public boolean supportsSubqueriesInComparisons() throws SQLException {
        return flag("supportsSubqueriesInComparisons");
    }

    @Override
    public boolean supportsSubqueriesInExists() throws SQLException {
        return flag("supportsSubqueriesInExists");
    }

    @Override
    public boolean supportsSubqueriesInIns() throws SQLException {
        return flag("supportsSubqueriesInIns");
    }

    @Override
    public boolean supportsSubqueriesInQuantifieds() throws SQLException {
        return flag("supportsSubqueriesInQuantifieds");
    }

    @Override
    public boolean supportsCorrelatedSubqueries() throws SQLException {
        return flag("supportsCorrelatedSubqueries");
    }

    @Override
    public boolean supportsUnion() throws SQLException {
        return flag("supportsUnion");
    }

    @Override
    public boolean supportsUnionAll() throws SQLException {
        return flag("supportsUnionAll");
    }

    @Override
    public boolean supportsOpenStatementsAcrossCommit() throws SQLException {
        return flag("supportsOpenStatementsAcrossCommit");
    }

    @Override
    public boolean supportsOpenStatementsAcrossRollback() throws SQLException {
        return flag("supportsOpenStatementsAcrossRollback");
    }

    @Override
    public int getMaxBinaryLiteralLength() throws SQLException {
        return number("getMaxBinaryLiteralLength");
    }

    @Override
    public int getMaxCharLiteralLength() throws SQLException {
        return number("getMaxCharLiteralLength");
    }

    @Override
    public int getMaxColumnNameLength() throws SQLException {
        return number("getMaxColumnNameLength");
    }

    @Override
    public int getMaxColumnsInGroupBy() throws SQLException {
        return number("getMaxColumnsInGroupBy");
    }

    @Override
    public int getMaxColumnsInIndex() throws SQLException {
        return number("getMaxColumnsInIndex");
    }

    @Override
    public int getMaxColumnsInOrderBy() throws SQLException {
        return number("getMaxColumnsInOrderBy");
    }

    @Override
    public int getMaxColumnsInSelect() throws SQLException {
        return number("getMaxColumnsInSelect");
    }

    @Override
    public int getMaxColumnsInTable() throws SQLException {
        return number("getMaxColumnsInTable");
    }

    @Override
    public int getMaxConnections() throws SQLException {
        return number("getMaxConnections");
    }

    @Override
    public int getMaxCursorNameLength() throws SQLException {
        return number("getMaxCursorNameLength");
    }

    @Override
    public int getMaxIndexLength() throws SQLException {
        return number("getMaxIndexLength");
    }

    @Override
    public int getMaxSchemaNameLength() throws SQLException {
        return number("getMaxSchemaNameLength");
    }

    @Override
    public int getMaxProcedureNameLength() throws SQLException {
        return number("getMaxProcedureNameLength");
    }

    @Override
    public int getMaxCatalogNameLength() throws SQLException {
        return number("getMaxCatalogNameLength");
    }

    @Override
    public int getMaxRowSize() throws SQLException {
        return number("getMaxRowSize");
    }

    @Override
    public boolean doesMaxRowSizeIncludeBlobs() throws SQLException {
        return flag("doesMaxRowSizeIncludeBlobs");
    }

    @Override
    public int getMaxStatementLength() throws SQLException {
        return number("getMaxStatementLength");
    }

    @Override
    public int getMaxStatements() throws SQLException {
        return number("getMaxStatements");
    }

    @Override
    public int getMaxTableNameLength() throws SQLException {
        return number("getMaxTableNameLength");
    }

    @Override
    public int getMaxTablesInSelect() throws SQLException {
        return number("getMaxTablesInSelect");
    }

    @Override
    public int getMaxUserNameLength() throws SQLException {
        return number("getMaxUserNameLength");
    }

    @Override
    public boolean supportsTransactions() throws SQLException {
        return flag("supportsTransactions");
    }

    @Override
    public boolean supportsDataDefinitionAndDataManipulationTransactions() throws SQLException {
        return flag("supportsDataDefinitionAndDataManipulationTransactions");
    }

    @Override
    public boolean supportsDataManipulationTransactionsOnly() throws SQLException {
        return flag("supportsDataManipulationTransactionsOnly");
    }

    @Override
    public boolean dataDefinitionCausesTransactionCommit() throws SQLException {
        return flag("dataDefinitionCausesTransactionCommit");
    }

    @Override
    public boolean dataDefinitionIgnoredInTransactions() throws SQLException {
        return flag("dataDefinitionIgnoredInTransactions");
    }

    @Override
    public int getDatabaseMajorVersion() throws SQLException {
        return number("getDatabaseMajorVersion");
    }

    @Override
    public int getDatabaseMinorVersion() throws SQLException {
        return number("getDatabaseMinorVersion");
    }

    @Override
    public int getSQLStateType() throws SQLException {
        return number("getSQLStateType");
    }

    @Override
    public boolean supportsStoredFunctionsUsingCallSyntax() throws SQLException {
        return flag("supportsStoredFunctionsUsingCallSyntax");
    }

    @Override
    public boolean autoCommitFailureClosesAllResultSets() throws SQLException {
        return flag("autoCommitFailureClosesAllResultSets");
    }

    @Override
    public boolean generatedKeyAlwaysReturned() throws SQLException {
        return flag("generatedKeyAlwaysReturned");
    }

    @Override
    public long getMaxLogicalLobSize() throws SQLException {
        return largeNumber("getMaxLogicalLobSize");
    }
}
